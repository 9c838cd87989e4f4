using Switchboard.Core.Runs;
using Switchboard.Domain;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Conversations;

/// <summary>How two conversations become one.</summary>
public static class ConversationMerging
{
    /// <summary>
    /// Takes the messages of one conversation into another, behind those that are there and in their own order, and closes it with a link. What was said stays where it was
    /// said as well, so nothing is lost; the copies keep their words and their instants. What waited for the customer or for somebody's yes in the conversation that ends is
    /// ended with it, so that nothing acts in it any more.
    /// </summary>
    /// <param name="db">The rows, in a transaction that writes.</param>
    /// <param name="from">The conversation that ends.</param>
    /// <param name="into">The one that goes on.</param>
    /// <param name="at">When.</param>
    /// <returns>How many messages were taken in.</returns>
    /// <exception cref="DomainRuleException">One of them cannot be merged as it stands, or an agent is answering in the one that ends.</exception>
    public static int Merge(this SwitchboardDb db, Conversation from, Conversation into, DateTimeOffset at)
    {
        if (db.TurnUnderWay(from.Id) is not null) throw new DomainRuleException("turn_under_way", "An agent is answering in the conversation that would end. Merge it when the answer is there.");
        ConversationState was = ConversationState.Of(into);
        from.MergeInto(into, at);
        SlaArming.Arm(db, into.Id, was, ConversationState.Of(into), at);
        Holds.EndDialogues(db, from.Id, "The conversation was merged into another one.", at);
        foreach (Approval waiting in db.Set<Approval>().Where(a => a.ConversationId == from.Id && a.Status == ApprovalStatus.Pending)) waiting.Withdraw("The conversation was merged into another one.", at);
        Message[] said = [.. db.Messages.Where(m => m.ConversationId == from.Id).OrderBy(m => m.Sequence)];
        int place = db.Messages.Where(m => m.ConversationId == into.Id).Max(m => (int?)m.Sequence) ?? 0;
        foreach (Message message in said) db.Add(CopyOf(message, into.Id, ++place, at));
        db.Add(new Message
        {
            TenantId = db.TenantId,
            Id = Guid.CreateVersion7(at),
            ConversationId = into.Id,
            Sequence = ++place,
            Author = MessageAuthor.System,
            Text = $"Merged from conversation {from.Id:D}: {said.Length} messages.",
            IsPrivate = true,
            RunId = null,
            CreatedAt = at,
        });
        return said.Length;
    }

    /// <summary>The turn of the conversation that is under way or stands in line; null when none does. Asked while the conversation is held, none can begin.</summary>
    public static Guid? TurnUnderWay(this SwitchboardDb db, Guid conversationId)
    {
        string subject = Subjects.Conversation(conversationId);
        return db.Runs.Where(r => r.Subject == subject && r.FinishedAt == null).OrderBy(r => r.Ordinal).Select(r => (Guid?)r.Id).FirstOrDefault();
    }

    /// <summary>The conversation to be changed, held against its other writers until the transaction ends; null when there is none.</summary>
    public static Conversation? Hold(this SwitchboardDb db, Guid id)
    {
        Holds.Conversation(db, id);
        return db.Conversations.SingleOrDefault(c => c.Id == id);
    }

    private static Message CopyOf(Message m, Guid into, int place, DateTimeOffset at) => new()
    {
        TenantId = m.TenantId,
        Id = Guid.CreateVersion7(at),
        ConversationId = into,
        Sequence = place,
        Author = m.Author,
        AgentId = m.AgentId,
        Text = m.Text,
        Citations = m.Citations,
        Status = m.Status,
        Confidence = m.Confidence,
        Intent = m.Intent,
        Sentiment = m.Sentiment,
        // What they took was counted where they were written.
        Attachments = m.Attachments,
        IsPrivate = m.IsPrivate,
        // The turn is the other conversation's and stays with it: a run is asked for its message, and is to find one.
        RunId = null,
        CreatedAt = m.CreatedAt,
    };
}
