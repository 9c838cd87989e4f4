using Switchboard.Core.Agents;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Server.Api.Conversations;

/// <summary>A message as the API shows it.</summary>
public sealed record MessageView(Guid Id, int Sequence, MessageAuthor Author, string? AgentId, string? AgentName, string Text, IReadOnlyList<Citation> Citations, ReplyStatus? Status, double? Confidence, bool Private, Guid? RunId, DateTimeOffset CreatedAt)
{
    /// <summary>Shows a message.</summary>
    public static MessageView Of(Message m, Catalogue catalogue) => new(
        m.Id, m.Sequence, m.Author, m.AgentId, m.AgentId is { } id && catalogue.ById.TryGetValue(id, out AgentCard? card) ? card.Name : null, m.Text, m.Citations, m.Status, m.Confidence, m.IsPrivate, m.RunId, m.CreatedAt);
}

/// <summary>A reply as it is returned to who wrote: the data of the stream's message.completed.</summary>
public sealed record ReplyView(Guid MessageId, string? AgentId, string? AgentName, string Text, IReadOnlyList<Citation> Citations, ReplyStatus? Status, double? Confidence);

/// <summary>What a call that writes a message returns.</summary>
/// <param name="ConversationId">The conversation; another one than was called when that one was closed.</param>
/// <param name="MessageId">The stored message.</param>
/// <param name="RunId">The turn that answers it.</param>
/// <param name="Reply">The reply; null while a human owns the conversation or the turn is still running.</param>
public sealed record SentView(Guid ConversationId, Guid MessageId, Guid RunId, ReplyView? Reply);

/// <summary>A conversation as the API shows it. Who answers it, its tags and its case file are for the staff alone.</summary>
public sealed record ConversationView(
    Guid Id, Channel Channel, ConversationStatus Status, ConversationOwner Owner, Priority Priority, string Subject, Guid? ContactId, string? ReplyEmail, Guid? ContinuesId, Guid? MergedIntoId, int ReopenedCount,
    DateTimeOffset? SnoozedUntil, int? Csat, Guid? AssigneeId, string? Team, IReadOnlyList<string> Tags, DateTimeOffset CreatedAt, DateTimeOffset LastActivityAt, long LastEventSeq, HandoffView? Handoff)
{
    /// <summary>Shows a conversation to a caller who may see it.</summary>
    public static ConversationView Of(Conversation c, long lastEventSeq, Handoff? handoff, Actor caller)
    {
        bool staff = caller is not ContactActor;
        return new(
            c.Id, c.Channel, c.Status, c.Owner, c.Priority, c.Subject, c.ContactId, c.ReplyEmail, c.ContinuesId, c.MergedIntoId, c.ReopenedCount,
            staff ? c.SnoozedUntil : null, c.Csat, staff ? c.AssigneeId : null, staff ? c.Team : null, staff ? c.Tags : [], c.CreatedAt, c.LastActivityAt, lastEventSeq,
            staff && handoff is not null ? new HandoffView(handoff.Reason, handoff.ToTeam, handoff.ToUserId, handoff.FromAgent, handoff.CreatedAt, handoff.CaseFile) : null);
    }
}

/// <summary>A handoff as the staff sees it.</summary>
public sealed record HandoffView(string Reason, string ToTeam, Guid? ToUserId, string FromAgent, DateTimeOffset CreatedAt, CaseFile CaseFile);
