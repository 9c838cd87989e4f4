using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Core.Agents.Kinds;

/// <summary>A finding as it stands in the journal of a talk: the value itself, as it was recorded before there were reasons beside it, or <c>{"stop": …}</c>.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Value">The value; null when there is none.</param>
/// <param name="Stop">Why there is none; null when there is one.</param>
[JsonConverter(typeof(FoundConverters))]
public sealed record Found<T>(T? Value, Stop? Stop) where T : class
{
    /// <summary>The same as it is stored.</summary>
    public static Found<T> Of(Finding<T> finding) => new(finding.Value, finding.Stop);
}

/// <summary>Makes the converter of a kind of finding.</summary>
public sealed class FoundConverters : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Found<>);

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Found<T>> where T : class
    {
        private const string stop = "stop";

        public override Found<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return document.RootElement is { ValueKind: JsonValueKind.Object } told && told.GetPropertyCount() == 1 && told.TryGetProperty(stop, out JsonElement why)
                ? new Found<T>(null, why.Deserialize<Stop>(options))
                : new Found<T>(document.RootElement.Deserialize<T>(options), null);
        }

        public override void Write(Utf8JsonWriter writer, Found<T> value, JsonSerializerOptions options)
        {
            if (value.Value is { } found)
            {
                JsonSerializer.Serialize(writer, found, options);
                return;
            }

            writer.WriteStartObject();
            writer.WritePropertyName(stop);
            JsonSerializer.Serialize(writer, value.Stop, options);
            writer.WriteEndObject();
        }
    }
}
