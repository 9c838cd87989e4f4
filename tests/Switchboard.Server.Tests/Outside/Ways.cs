using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MimeKit;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Outbox;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;

namespace Switchboard.Server.Tests.Outside;

/// <summary>A request as somebody else's server got it.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Real ports of a desk, and the servers of others they lead to.</summary>
public sealed class Ways : IAsyncDisposable
{
    public const string Password = "pass-word-9217";
    public const string SlackPath = "/services/T000/secret-slack-path";
    public const string Token = "tool-token-5521";
    public static readonly byte[] WebhookSecret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly WebApplication site = WebSite.Create();
    private readonly OutboundClient client;

    private Ways(Desk desk, OutboundSettings outbound)
    {
        site.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            Requests.Enqueue(new Received(http.Request.Path, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await reader.ReadToEndAsync()));
            await Answer(http);
        });
        client = new OutboundClient(outbound, desk.Clock);
        Desk = desk;
    }

    public Desk Desk { get; }
    public SmtpStub Mail { get; } = new();
    public ConcurrentQueue<Received> Requests { get; } = new();
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;
    public OutsideSettings Settings { get; private set; } = OutsideSettings.None;
    public IReadOnlyList<IOutsidePort> Ports { get; private set; } = [];
    public string At(string path) => site.Urls.First() + path;

    public static async Task<Ways> OpenAsync(Desk desk, string allowed = "127.0.0.1")
    {
        var ways = new Ways(desk, OutboundSettings.Parse(allowed));
        await ways.site.StartAsync();
        ways.Settings = new OutsideSettings
        {
            Smtp = new SmtpSettings("127.0.0.1", ways.Mail.Port, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")) { User = "desk", Password = Password },
            Slack = new Dictionary<string, ChatSettings> { ["ops"] = new(new Uri(ways.At(SlackPath)), null), ["theirs"] = new(new Uri(ways.At("/x")), "somebody-else") },
            Discord = new Dictionary<string, ChatSettings> { ["ops"] = new(new Uri(ways.At("/discord")), null) },
            Webhooks = new Dictionary<string, WebhookSettings> { ["crm"] = new(WebhookSecret, null) },
            Tools = new Dictionary<string, ToolSettings>
            {
                ["shop"] = new(new Uri(ways.At("/api/")), ["POST"], true, $"Bearer {Token}", null),
                ["plain"] = new(new Uri(ways.At("/plain/")), ["POST", "DELETE"], false, null, null),
            },
        };
        var calls = new OutsideCalls(ways.client, desk.Tenants, desk.Clock);
        ways.Ports = [new SmtpPort(ways.Settings, desk.Clock), new WebhookPort(calls, ways.Settings, desk.Folder, desk.Clock), new SlackPort(calls, ways.Settings), new DiscordPort(calls, ways.Settings), new HttpToolPort(calls, ways.Settings)];
        return ways;
    }

    public IOutsidePort Port(string name) => Ports.Single(p => p.Name == name);

    /// <summary>A request that the port takes.</summary>
    public string Request(string port) => port switch
    {
        "smtp" => """{"to":["ada@example.com"],"subject":"Your invoice","text":"Here it is."}""",
        "webhook" => $$"""{"url":"{{At("/hook")}}","secret":"crm","type":"conversation.resolved","timestamp":"2026-03-02T09:30:00Z","data":{"id":7} }""",
        "slack" or "discord" => """{"channel":"ops","text":"Hello"}""",
        "http" => """{"tool":"shop","method":"POST","path":"orders/1/notes","body":{"a":1}}""",
        _ => throw new ArgumentOutOfRangeException(nameof(port)),
    };

    public Task<PortOutcome> SendAsync(string port, string? request = null, string key = "run-1/call:x") =>
        Port(port).SendAsync(new OutsideCall(Desk.TenantId, key, request ?? Request(port), 1), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        Mail.Dispose();
        await Mail.Loop;
        await site.DisposeAsync();
    }
}
