using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Switchboard.Server.Tests;

/// <summary>Counts the statements that EF Core sends for one call, told apart from others by the call's trace id.</summary>
internal sealed class Statements : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> subscriptions = [];
    private readonly Dictionary<ActivityTraceId, List<string>> sent = [];

    public Statements() => subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>Calls the path and gives the statements that it took.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(HttpClient client, string path)
    {
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        var own = new List<string>();
        lock (sent) sent[trace] = own;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        using HttpResponseMessage response = await client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        lock (sent) return [.. own];
    }

    public void OnNext(DiagnosticListener listener)
    {
        if (listener.Name == DbLoggerCategory) lock (subscriptions) subscriptions.Add(listener.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Key != RelationalEventId.CommandExecuted.Name || told.Value is not CommandExecutedEventData command || Activity.Current is not { } activity) return;
        lock (sent) if (sent.TryGetValue(activity.TraceId, out List<string>? own)) own.Add(command.Command.CommandText);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        lock (subscriptions) subscriptions.ForEach(s => s.Dispose());
    }

    private const string DbLoggerCategory = "Microsoft.EntityFrameworkCore";
}
