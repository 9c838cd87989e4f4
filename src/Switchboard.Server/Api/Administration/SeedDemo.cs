using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage.Seeding.Generator;

namespace Switchboard.Server.Api.Administration;

/// <summary>POST /demo/seed: fills the demonstration tenant with generated history. Only the installation's own command line may call it. It tells how far it is as events <c>progress</c>, then <c>report</c> or <c>error</c>.</summary>
public static class SeedDemo
{
    /// <summary>What to generate; what is left out has a default.</summary>
    public sealed record Body(int? Customers, int? Years, long? Seed, DateOnly? Until);

    /// <summary>Why nothing was generated.</summary>
    public sealed record RefusedView(string Code, string Message);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/demo/seed", Handle).NeedsLocalToken().AnswersAs("text/event-stream").Example(new { customers = 20 });

    private static SeedStreamed Handle(Body body, DemoGenerator generator) => new(generator, new SeedAsk(body.Customers, body.Years, body.Seed, body.Until));

    private sealed class SeedStreamed(DemoGenerator generator, SeedAsk ask) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            // A server that stops ends the work between two chunks, as does a caller that goes away; the next call completes it.
            CancellationToken stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
            var steps = Channel.CreateBounded<SeedProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            Task<SeedReport> work = GenerateAsync(steps.Writer, stop.Token);
            await foreach (SeedProgress step in steps.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (!stop.IsCancellationRequested) await WriteAsync(response, "progress", step, stop.Token);
            }

            try
            {
                await WriteAsync(response, "report", await work, stop.Token);
            }
            catch (SeedRefusedException refused)
            {
                await WriteAsync(response, "error", new RefusedView("seed_refused", refused.Message), stop.Token);
            }
        }

        private async Task<SeedReport> GenerateAsync(ChannelWriter<SeedProgress> steps, CancellationToken cancellationToken)
        {
            try
            {
                return await generator.GenerateAsync(ask, new Reporter(steps), cancellationToken);
            }
            finally
            {
                steps.Complete();
            }
        }

        private static async Task WriteAsync<T>(HttpResponse response, string kind, T data, CancellationToken cancellationToken)
        {
            await response.WriteAsync($"event: {kind}\ndata: {Json.Write(data)}\n\n", Encoding.UTF8, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }

        private sealed class Reporter(ChannelWriter<SeedProgress> steps) : IProgress<SeedProgress>
        {
            public void Report(SeedProgress value) => steps.TryWrite(value);
        }
    }
}
