using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Agents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;

namespace Switchboard.Server.Api.Conversations;

/// <summary>GET /conversations/{id}/transcript: all that was said, as JSON or, with <c>Accept: text/plain</c>, as a page to keep. Private notes are for the staff alone.</summary>
public static class ReadTranscript
{
    /// <summary>Something that was said.</summary>
    public sealed record Line(int Sequence, DateTimeOffset At, MessageAuthor Author, string? AgentName, bool Private, string Text);

    /// <summary>A conversation from its beginning to its end.</summary>
    public sealed record TranscriptView(Guid ConversationId, string Subject, Channel Channel, ConversationStatus Status, Guid? ContinuesId, Guid? MergedIntoId, DateTimeOffset CreatedAt, IReadOnlyList<Line> Lines);

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations/{id:guid}/transcript", HandleAsync).NeedsScopeOrContact(Scopes.ReadConversations).AnswersAs("text/plain").Produces<TranscriptView>()
        .WithSummary("All that was said, as JSON or as text/plain; private notes for the staff alone.");

    private static async Task<IResult> HandleAsync(Guid id, HttpContext http, Data data, Catalogue catalogue)
    {
        Actor caller = http.Caller();
        bool staff = caller is not ContactActor;
        await using SwitchboardDb db = data.For(caller.TenantId);
        if (await ConversationAccess.FindAsync(db, caller, id, http.RequestAborted) is not { } talk) return Problems.NotFound("conversation");
        List<Message> said = await db.Messages.Where(m => m.ConversationId == id && (staff || !m.IsPrivate)).OrderBy(m => m.Sequence).ToListAsync(http.RequestAborted);
        var transcript = new TranscriptView(
            id, talk.Subject, talk.Channel, talk.Status, talk.ContinuesId, talk.MergedIntoId, talk.CreatedAt,
            [.. said.Select(m => new Line(m.Sequence, m.CreatedAt, m.Author, m.AgentId is { } agent && catalogue.ById.TryGetValue(agent, out AgentCard? card) ? card.Name : null, m.IsPrivate, m.Text))]);
        return ReadConversation.AsksForText(http.Request) ? Results.Text(Write(transcript), "text/plain; charset=utf-8") : Results.Ok(transcript);
    }

    /// <summary>What a person wrote stays inside its own lines: each is set in, so that nobody can write another's line.</summary>
    private static string Write(TranscriptView transcript)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{OneLine(transcript.Subject)}\nConversation {transcript.ConversationId:D}, {QueryEnum.Name(transcript.Status)}, begun {transcript.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC\n");
        foreach (Line line in transcript.Lines)
        {
            string who = line.AgentName ?? line.Author switch { MessageAuthor.Customer => "Customer", MessageAuthor.Human => "Staff", MessageAuthor.Agent => "Agent", _ => "Switchboard" };
            text.Append(CultureInfo.InvariantCulture, $"\n[{line.At:yyyy-MM-dd HH:mm:ss}] {who}{(line.Private ? " (private note)" : "")}\n");
            foreach (string part in line.Text.ReplaceLineEndings("\n").Split('\n')) text.Append("  ").Append(part).Append('\n');
        }

        return text.ToString();
    }

    private static string OneLine(string subject) => string.Concat(subject.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
