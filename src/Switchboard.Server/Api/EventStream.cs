using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Api;

/// <summary>Writes stored events as <c>text/event-stream</c>. A comment line every 15 seconds keeps the connection alive.</summary>
public sealed class EventStream(IAsyncEnumerable<RunEvent> events, Guid? untilRun, TimeProvider time, IAsyncEnumerable<LiveProgress>? live = null) : IResult
{
    private static readonly TimeSpan keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Whether the caller asks for a stream.</summary>
    public static bool IsAskedFor(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>The number of the last event the caller has, from Last-Event-ID; null when it is absent or no number.</summary>
    public static long? LastEventId(HttpRequest request) => long.TryParse(request.Headers["Last-Event-ID"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long seq) ? seq : null;

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // A stream has no end of its own: a server that stops ends it, and the reader resumes elsewhere or later.
        CancellationToken stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        IAsyncEnumerator<RunEvent> source = events.GetAsyncEnumerator(stop.Token);
        // What never comes belongs to this stream alone, so that nothing that waits for it outlives the stream.
        Task<bool> never = new TaskCompletionSource<bool>().Task;
        IAsyncEnumerator<LiveProgress>? shown = live?.GetAsyncEnumerator(stop.Token);
        Task<bool> next = source.MoveNextAsync().AsTask(), nextShown = shown is null ? never : shown.MoveNextAsync().AsTask();
        var call = new LongCall(httpContext, time);
        Measures.Stream(opened: true);
        try
        {
            await response.StartAsync(stop.Token);
            while (true)
            {
                Arrival arrival;
                while ((arrival = await ArrivesAsync(next, nextShown, stop.Token)) != Arrival.Event)
                {
                    if (!await call.HoldsAsync(stop.Token)) return;
                    if (arrival == Arrival.Nothing)
                    {
                        await WriteAsync(response, ":\n\n", flush: true, stop.Token);
                        continue;
                    }

                    // It has no number: whoever resumes does not miss it, for the next one tells more.
                    bool more = await nextShown;
                    if (more) await WriteAsync(response, $"event: {StreamEvents.JobProgress}\ndata: {Json.Write(new { shown!.Current.RunId, shown.Current.Progress })}\n\n", flush: true, stop.Token);
                    nextShown = more ? shown!.MoveNextAsync().AsTask() : never;
                }

                if (!await next || !await call.HoldsAsync(stop.Token)) return;
                RunEvent stored = source.Current;
                bool mine = untilRun is null || stored.RunId == untilRun;
                bool last = mine && untilRun is not null && stored.Kind == StreamEvents.RunFinished;
                if (!last) next = source.MoveNextAsync().AsTask();
                // A message that waits its turn is not told the story of the one before it.
                if (!mine) continue;
                await WriteAsync(response, $"id: {stored.Seq}\nevent: {stored.Kind}\ndata: {stored.Data}\n\n", last || !next.IsCompleted, stop.Token);
                if (last) return;
            }
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // Every event the reader did not see is stored and can be resumed from.
        }
        finally
        {
            Measures.Stream(opened: false);
            // An enumerator must not be disposed while it moves: its wait is called off first.
            await stop.CancelAsync();
            await Task.WhenAny(next);
            await source.DisposeAsync();
            if (shown is not null)
            {
                if (nextShown != never) await Task.WhenAny(nextShown);
                await shown.DisposeAsync();
            }
        }
    }

    private static async Task WriteAsync(HttpResponse response, string text, bool flush, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellationToken);
        if (flush) await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Waits for the next event, for a word on how far the run is, or until it is time for a sign of life.</summary>
    private async Task<Arrival> ArrivesAsync(Task<bool> next, Task<bool> nextShown, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return Arrival.Event;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = await Task.WhenAny(next, nextShown, Task.Delay(keepAlive, time, waiting.Token));
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == next ? Arrival.Event : first == nextShown ? Arrival.Progress : Arrival.Nothing;
    }

    private enum Arrival { Event, Progress, Nothing }
}
