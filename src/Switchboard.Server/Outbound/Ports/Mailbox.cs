using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>A mail in the development mailbox.</summary>
public sealed record MailboxLetter(string To, string Subject, string Text, DateTimeOffset At);

/// <summary>Mails about accounts for who develops without a mail server: the last hundred, in memory. The page is there only when the operator asked for it, and only for this machine.</summary>
public sealed class Mailbox
{
    private const int most = 100;
    private readonly Lock sync = new();
    private readonly Queue<MailboxLetter> letters = new();

    /// <summary>The letters, newest first.</summary>
    public IReadOnlyList<MailboxLetter> Letters
    {
        get
        {
            lock (sync) return [.. letters.Reverse()];
        }
    }

    /// <summary>Puts a letter in.</summary>
    public void Put(MailboxLetter letter)
    {
        lock (sync)
        {
            letters.Enqueue(letter);
            if (letters.Count > most) letters.Dequeue();
        }
    }

    /// <summary>Adds the page when the settings ask for it.</summary>
    public static void Map(IEndpointRouteBuilder routes, IdentitySettings settings)
    {
        if (settings.Mailbox) routes.MapGet("/dev/mailbox", Show).IsPublic().AnswersAs("text/html");
    }

    private static IResult Show(HttpContext http, Mailbox mailbox)
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address)) return Results.NotFound();
        http.Response.Headers.CacheControl = "no-store";
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Development mailbox</title><h1>Development mailbox</h1>");
        foreach (MailboxLetter letter in mailbox.Letters)
            page.Append(CultureInfo.InvariantCulture, $"<article><h2>{HtmlEncoder.Default.Encode(letter.Subject)}</h2><p>To {HtmlEncoder.Default.Encode(letter.To)} at {letter.At:yyyy-MM-dd HH:mm:ss} UTC</p><pre>{HtmlEncoder.Default.Encode(letter.Text)}</pre></article>");
        return Results.Content(page.Append("</html>").ToString(), "text/html; charset=utf-8");
    }
}
