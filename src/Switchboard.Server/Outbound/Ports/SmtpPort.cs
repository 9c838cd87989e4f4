using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;
using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>Sends mail through the operator's mail server. Mail servers know no keys: a message whose outcome is not known is not sent again.</summary>
public sealed class SmtpPort(OutsideSettings settings, TimeProvider time) : OutsidePort<MailRequest>
{
    private const int mostRecipients = 50;
    private const int mostSubject = 500;

    /// <summary>For the whole sending.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    /// <inheritdoc />
    public override string Name => "smtp";

    /// <inheritdoc />
    protected override bool Deduplicates(MailRequest request) => false;

    /// <inheritdoc />
    protected override string? Problem(MailRequest request)
    {
        if (settings.Smtp is null) return "No mail server is set up: set Outside:Smtp:Host and Outside:Smtp:From.";
        if (request.To.Count is 0 or > mostRecipients) return $"to holds 1 to {mostRecipients} addresses.";
        foreach (string to in request.To)
            if (AddressOf(to) is null) return "to: one of them is no mail address.";
        if (request.ReplyTo is { } reply && AddressOf(reply) is null) return "replyTo is no mail address.";
        if (request.InReplyTo is { } earlier && (earlier.Any(char.IsControl) || MimeUtils.EnumerateReferences(earlier).Count() != 1)) return "inReplyTo is no Message-ID.";
        if (string.IsNullOrWhiteSpace(request.Subject) || request.Subject.Length > mostSubject || request.Subject.Any(char.IsControl)) return $"subject is one line of 1 to {mostSubject} characters.";
        return string.IsNullOrWhiteSpace(request.Text) ? "text is empty." : null;
    }

    /// <inheritdoc />
    protected override string Describe(MailRequest request) => $"Mail to {string.Join(", ", request.To)}: {request.Subject}";

    /// <inheritdoc />
    protected override async Task<PortOutcome> SendAsync(OutsideCall call, MailRequest request, CancellationToken cancellationToken)
    {
        SmtpSettings server = settings.Smtp!;
        using MimeMessage message = Compose(call, request, server.From);
        using var watch = new DataWatch();
        using var smtp = new SmtpClient(watch) { LocalDomain = server.From.Domain };
        using var late = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        string answer;
        try
        {
            await smtp.ConnectAsync(server.Host, server.Port, server.Tls switch { SmtpTls.Tls => SecureSocketOptions.SslOnConnect, SmtpTls.StartTls => SecureSocketOptions.StartTls, _ => SecureSocketOptions.None }, both.Token);
            if (server.User is { } user) await smtp.AuthenticateAsync(user, server.Password!, both.Token);
            // In one piece and one command after the other, so that it is known whether the message itself has begun to go out.
            smtp.Capabilities &= ~(SmtpCapabilities.Pipelining | SmtpCapabilities.Chunking | SmtpCapabilities.BinaryMime);
            answer = await smtp.SendAsync(message, both.Token);
        }
        catch (SmtpCommandException refused)
        {
            // A final answer of the server, also to the message as a whole.
            return new Refused(Told(server, $"{server.Host} answered {(int)refused.StatusCode}: {refused.Message}"), CanRetry: (int)refused.StatusCode is >= 400 and < 500);
        }
        catch (AuthenticationException refused)
        {
            bool later = refused.InnerException is SmtpCommandException { StatusCode: >= (SmtpStatusCode)400 and < (SmtpStatusCode)500 } || refused.Message.StartsWith('4');
            return new Refused(Told(server, $"{server.Host} does not let the user in: {refused.Message}"), CanRetry: later);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Broken(watch, server, $"{server.Host} did not answer within {patience.TotalSeconds:0} seconds.", canRetry: true);
        }
        catch (Exception error) when (error is IOException or SocketException or SmtpProtocolException or TimeoutException or SslHandshakeException)
        {
            return Broken(watch, server, $"{server.Host} broke off: {error.Message}", canRetry: error is not SslHandshakeException);
        }
        catch (NotSupportedException unable)
        {
            return Broken(watch, server, $"{server.Host} cannot take it: {unable.Message}", canRetry: false);
        }

        await LeaveAsync(smtp, both.Token);
        return new Performed(Told(server, answer));
    }

    private MimeMessage Compose(OutsideCall call, MailRequest request, MailboxAddress from)
    {
        var message = new MimeMessage();
        message.From.Add(from);
        message.To.AddRange(request.To.Select(to => AddressOf(to)!));
        message.Subject = request.Subject;
        message.Date = time.GetUtcNow();
        // The same effect has the same id, by which a reader's program knows a second copy.
        message.MessageId = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.TenantId:N} {call.Key}")))[..40]}@{from.Domain}";
        if (request.ReplyTo is { } reply) message.ReplyTo.Add(AddressOf(reply)!);
        if (request.InReplyTo is { } earlier) message.InReplyTo = MimeUtils.EnumerateReferences(earlier).Single();
        // Programs that answer mail by themselves leave such mail alone.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Body = new BodyBuilder { TextBody = request.Text, HtmlBody = request.Html }.ToMessageBody();
        return message;
    }

    private static MailboxAddress? AddressOf(string text) =>
        !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out MailboxAddress? address) && address.Address == text && address.Domain.Length > 0 ? address : null;

    private static PortOutcome Broken(DataWatch watch, SmtpSettings server, string error, bool canRetry) =>
        watch.IsBegun ? new OutcomeUnknown(Told(server, error)) : new Refused(Told(server, error), canRetry);

    /// <summary>What is kept of an answer: one line, short, without the password.</summary>
    private static string Told(SmtpSettings server, string text)
    {
        if (server.Password is { Length: > 0 } password)
            text = text.Replace(password, "***", StringComparison.Ordinal).Replace(Convert.ToBase64String(Encoding.UTF8.GetBytes(password)), "***", StringComparison.Ordinal)
                .Replace(Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{server.User}\0{password}")), "***", StringComparison.Ordinal);
        text = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length > OutsideCalls.MostAnswer ? text[..OutsideCalls.MostAnswer] : text;
    }

    private static async Task LeaveAsync(SmtpClient smtp, CancellationToken cancellationToken)
    {
        try
        {
            await smtp.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception error) when (error is IOException or SocketException or SmtpProtocolException or SmtpCommandException or OperationCanceledException)
        {
            // The message was taken; how the server says goodbye does not matter.
        }
    }

    /// <summary>Sees the commands as they go out, and keeps of them only whether the message was begun.</summary>
    private sealed class DataWatch : IProtocolLogger
    {
        private static readonly byte[] data = "DATA\r\n"u8.ToArray();

        public bool IsBegun { get; private set; }

        public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

        public void LogConnect(Uri uri)
        {
        }

        public void LogClient(byte[] buffer, int offset, int count)
        {
            if (buffer.AsSpan(offset, count).IndexOf(data) >= 0) IsBegun = true;
        }

        public void LogServer(byte[] buffer, int offset, int count)
        {
        }

        public void Dispose()
        {
        }
    }
}
