using System.Net.Http.Headers;
using System.Text;
using Switchboard.Core;
using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>What is written into a channel.</summary>
public sealed record ChatRequest
{
    /// <summary>The name of the channel in the configuration.</summary>
    public required string Channel { get; init; }

    /// <summary>The text; its markdown is kept, and nobody is called by it.</summary>
    public required string Text { get; init; }
}

/// <summary>Writes into channels of a chat through its incoming webhooks. Those know no keys.</summary>
public abstract class ChatPort(OutsideCalls calls, IReadOnlyDictionary<string, ChatSettings> channels, string product, int mostText) : OutsidePort<ChatRequest>
{
    /// <inheritdoc />
    protected override bool Deduplicates(ChatRequest request) => false;

    /// <inheritdoc />
    protected override string? Problem(ChatRequest request) => request switch
    {
        { Channel: { } name } when !channels.ContainsKey(name) => $"There is no {product} channel \"{name}\": set Outside:{product}:{name}:Url.",
        { Text: { } text } when string.IsNullOrWhiteSpace(text) => "text is empty.",
        { Text: { } text } when Neutral(text).Length > mostText => $"text is longer than the {mostText} characters that {product} takes.",
        _ => null,
    };

    /// <inheritdoc />
    protected override string Describe(ChatRequest request) => $"A message in the {product} channel {request.Channel}: {request.Text}";

    /// <summary>The text as it is sent, so that no mention in it calls anybody.</summary>
    protected abstract string Neutral(string text);

    /// <summary>The body as the product takes it.</summary>
    protected abstract string Body(string text);

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, ChatRequest request, CancellationToken cancellationToken)
    {
        ChatSettings channel = channels[request.Channel];
        if (!await calls.IsForAsync(channel, call.TenantId, cancellationToken)) return new Refused($"The {product} channel {request.Channel} is another tenant's.", CanRetry: false);
        using var message = new HttpRequestMessage(HttpMethod.Post, channel.Url) { Content = new StringContent(Body(Neutral(request.Text)), Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        return await calls.SendAsync(message, knowsKey: false, [channel.Url.OriginalString, channel.Url.AbsoluteUri, channel.Url.PathAndQuery], cancellationToken);
    }
}

/// <summary>Writes into Slack channels.</summary>
public sealed class SlackPort(OutsideCalls calls, OutsideSettings settings) : ChatPort(calls, settings.Slack, "Slack", 40_000)
{
    /// <inheritdoc />
    public override string Name => "slack";

    /// <inheritdoc />
    protected override string Neutral(string text) =>
        // Slack reads commands and mentions in angle brackets alone; these three are its own escapes.
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <inheritdoc />
    protected override string Body(string text) => Json.Write(new { text });
}

/// <summary>Writes into Discord channels.</summary>
public sealed class DiscordPort(OutsideCalls calls, OutsideSettings settings) : ChatPort(calls, settings.Discord, "Discord", 2000)
{
    private const string gap = "\u200b";

    /// <inheritdoc />
    public override string Name => "discord";

    /// <inheritdoc />
    protected override string Neutral(string text) =>
        text.Replace("@everyone", $"@{gap}everyone", StringComparison.OrdinalIgnoreCase).Replace("@here", $"@{gap}here", StringComparison.OrdinalIgnoreCase)
            .Replace("<@", $"<{gap}@", StringComparison.Ordinal);

    /// <inheritdoc />
    protected override string Body(string text) =>
        // Says itself that nobody is called, whatever the text holds.
        Json.Write(new { content = text, allowed_mentions = new { parse = Array.Empty<string>() } });
}
