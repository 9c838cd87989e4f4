using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Switchboard.Server.Observability;

/// <summary>
/// Writes each entry of the log as one line of JSON with the trace it belongs to. What scopes carry is left out: the framework's hold the path of the call, which may hold anything.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class JsonLines(TimeProvider time) : ConsoleFormatter(FormatName)
{
    /// <summary>The name of the format.</summary>
    public const string FormatName = "switchboard-json";

    /// <summary>The template of a message stands among its values under this name.</summary>
    private const string template = "{OriginalFormat}";

    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", logEntry.LogLevel.ToString().ToLowerInvariant());
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
            {
                json.WriteString("traceId", span.TraceId.ToString());
                json.WriteString("spanId", span.SpanId.ToString());
            }

            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> values && values.Any(v => v.Key != template))
            {
                json.WriteStartObject("values");
                foreach ((string name, object? value) in values.Where(v => v.Key != template).DistinctBy(v => v.Key)) Write(json, name, value);
                json.WriteEndObject();
            }

            if (logEntry.Exception is { } error) json.WriteString("error", error.ToString());
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case bool truth: json.WriteBoolean(name, truth); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
            default: json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
        }
    }
}
