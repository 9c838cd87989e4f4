using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Switchboard.EndToEnd;

/// <summary>What effects on the outside reach: it outlives the server and counts how often each key came in and was performed.</summary>
public sealed class OtherSide : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, int> seen = new(StringComparer.Ordinal);

    private OtherSide(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<OtherSide> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication listening = builder.Build();
        var side = new OtherSide(listening);
        listening.Run(async http =>
        {
            JsonNode call = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
            side.seen.AddOrUpdate((string)call["key"]!, 1, (_, n) => n + 1);
            await http.Response.WriteAsync("{}", http.RequestAborted);
        });
        await listening.StartAsync();
        return side;
    }

    /// <summary>How often a key came in. A side that knows keys performs it at the first; one that does not performs it each time.</summary>
    public int Seen(string key) => seen.GetValueOrDefault(key);

    /// <summary>How often keys came in that had come in before.</summary>
    public int Repeats => seen.Values.Sum(n => n - 1);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
