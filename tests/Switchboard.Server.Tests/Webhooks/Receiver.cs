using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Switchboard.Server.Tests.Webhooks;

/// <summary>What a receiver got.</summary>
public sealed record Delivered(string Id, string Timestamp, string Signature, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Type => Json.Text("type");

    /// <summary>Whether one of the signatures is made with the secret, computed as the standard says and not as the program does.</summary>
    public bool IsSignedWith(string secret)
    {
        using var mac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        string expected = Convert.ToBase64String(mac.ComputeHash(Encoding.UTF8.GetBytes(string.Join('.', Id, Timestamp, Body))));
        return Signature.Split(' ').Contains("v1," + expected);
    }
}

/// <summary>A receiver of webhooks on this machine. Each path is a receiver of its own.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication site = WebSite.Create();
    private readonly ConcurrentQueue<(string Path, Delivered Delivered)> all = new();

    private Receiver() => site.Run(async http =>
    {
        using var reader = new StreamReader(http.Request.Body);
        all.Enqueue((http.Request.Path, new Delivered(http.Request.Headers["webhook-id"]!, http.Request.Headers["webhook-timestamp"]!, http.Request.Headers["webhook-signature"]!, await reader.ReadToEndAsync())));
        await Answer(http);
    });

    /// <summary>What it answers; 200 by default.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<Receiver> OpenAsync()
    {
        var receiver = new Receiver();
        await receiver.site.StartAsync();
        return receiver;
    }

    public string At(string path) => site.Urls.First() + path;

    public IReadOnlyList<Delivered> Got(string path) => [.. all.Where(g => g.Path == path).Select(g => g.Delivered)];

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
