using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Api;

/// <summary>Writes stored events as <c>text/event-stream</c>. A comment line every 15 seconds keeps the connection alive.</summary>
public sealed class EventStream(IAsyncEnumerable<RunEvent> events, Guid? untilRun, TimeProvider time) : IResult
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
        Task<bool> next = source.MoveNextAsync().AsTask();
        try
        {
            await response.StartAsync(stop.Token);
            while (true)
            {
                while (!await ArrivesAsync(next, stop.Token)) await WriteAsync(response, ":\n\n", flush: true, stop.Token);
                if (!await next) return;
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
            // An enumerator must not be disposed while it moves: its wait is called off first.
            await stop.CancelAsync();
            await Task.WhenAny(next);
            await source.DisposeAsync();
        }
    }

    private static async Task WriteAsync(HttpResponse response, string text, bool flush, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellationToken);
        if (flush) await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Waits for the next event; false when it is time for a sign of life.</summary>
    private async Task<bool> ArrivesAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool arrived = await Task.WhenAny(next, Task.Delay(keepAlive, time, waiting.Token)) == next;
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return arrived;
    }
}
