using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Server.Outbound.Ports;

namespace Switchboard.Server.Tests.Outside;

/// <summary>A payment service on a port of its own: it takes each charge once under its key and tells a second asking what it told the first.</summary>
public sealed class PaymentService : IAsyncDisposable
{
    private readonly WebApplication site = WebSite.Create();

    private PaymentService() => site.Run(ServeAsync);

    /// <summary>What was decided of each key.</summary>
    public ConcurrentDictionary<string, ChargeAnswer> Taken { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys of all calls, in their order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The links that were asked for.</summary>
    public ConcurrentQueue<MethodLinkRequest> Links { get; } = new();

    /// <summary>What it decides of charges it has not seen.</summary>
    public Func<ChargeRequest, ChargeAnswer> Decide { get; set; } = _ => new ChargeAnswer("succeeded");

    /// <summary>What it does with the answer, behind the charge; sends it as it is by default.</summary>
    public Func<HttpContext, ChargeAnswer, Task> Say { get; set; } = (http, answer) => http.Response.WriteAsJsonAsync(answer, Json.Options);

    /// <summary>The settings under which a server finds it.</summary>
    public OutsideSettings Settings => new() { Tools = new Dictionary<string, ToolSettings> { ["payment"] = new(new Uri(site.Urls.First() + "/pay/"), ["POST"], HonoursKey: true, "Bearer till", null) } };

    public static async Task<PaymentService> OpenAsync()
    {
        var service = new PaymentService();
        await service.site.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        string body = await reader.ReadToEndAsync();
        string key = http.Request.Headers["Idempotency-Key"].ToString();
        Calls.Enqueue(key);
        if (http.Request.Path == "/pay/method-links")
        {
            Links.Enqueue(Json.Read<MethodLinkRequest>(body));
            return;
        }

        ChargeRequest charge = Json.Read<ChargeRequest>(body);
        await Say(http, key == charge.Key ? Taken.GetOrAdd(key, _ => Decide(charge)) : new ChargeAnswer("failed", "key_differs"));
    }
}
