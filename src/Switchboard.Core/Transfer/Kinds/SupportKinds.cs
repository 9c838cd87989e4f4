using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;

namespace Switchboard.Core.Transfer.Kinds;

/// <summary>Conversations that were held elsewhere.</summary>
internal static class SupportKinds
{
    /// <summary>Where a conversation stands in a file. One that was escalated is open and waits for a person.</summary>
    private enum SourceConversationStatus { Open, Escalated, Resolved, Closed }

    public static ImportKind Conversations { get; } = new ImportKind<Conversation>(v =>
    {
        DateTimeOffset began = v.Must("createdAt", c => c.CreatedAt);
        DateTimeOffset? ended = v.Maybe<DateTimeOffset?>("endedAt", c => c.ClosedAt ?? c.ResolvedAt ?? c.HandedOffAt);
        if (ended < began) throw new Domain.DomainRuleException("before_start", "A conversation does not end before it begins.");
        var conversation = new Conversation
        {
            TenantId = v.TenantId,
            Id = v.Id,
            Channel = v.Of("channel", c => c.Channel, Channel.Web),
            CustomerId = v.Maybe<Guid?>("customer", c => c.CustomerId),
            ContactId = v.Maybe<Guid?>("contact", c => c.ContactId),
            Subject = v.Maybe("subject", c => c.Subject) ?? v.Maybe("primaryIntent", c => c.PrimaryIntent)?.Replace('_', ' ') ?? "Imported conversation",
            PrimaryIntent = v.Maybe("primaryIntent", c => c.PrimaryIntent),
            Language = v.Maybe("language", c => c.Language),
            SentimentMean = v.Maybe<double?>("sentimentMean", c => c.SentimentMean),
            Team = v.Maybe("team", c => c.Team),
            AssigneeId = v.Maybe<Guid?>("assignee", c => c.AssigneeId),
            Tags = v.Of("tags", c => c.Tags, []),
            AgentsInvolved = v.Of("agentsInvolved", c => c.AgentsInvolved, []),
            CreatedAt = began,
            LastActivityAt = ended ?? began,
        };
        SourceConversationStatus status = v.Of("status", Standing, SourceConversationStatus.Open);
        DateTimeOffset? at = status == SourceConversationStatus.Open ? null : ended ?? throw RowValues<Conversation>.Missing("endedAt", $"is needed for a conversation that is {FieldText.ColumnKey(status.ToString())}");
        switch (status)
        {
            case SourceConversationStatus.Escalated:
                conversation.HandToHuman(v.Of("priority", c => c.Priority, Priority.Normal), at!.Value);
                break;
            case SourceConversationStatus.Resolved:
                conversation.Resolve(at!.Value);
                break;
            case SourceConversationStatus.Closed:
                conversation.Close(at!.Value);
                break;
            default:
                break;
        }

        return conversation;
    })
    {
        Name = "conversations",
        Tables = ["tickets", "chats"],
        Scope = Scopes.WriteConversations,
        Born = ["createdAt"],
        Covers =
        [
            nameof(Conversation.Channel), nameof(Conversation.CustomerId), nameof(Conversation.ContactId), nameof(Conversation.Subject), nameof(Conversation.PrimaryIntent), nameof(Conversation.Language), nameof(Conversation.SentimentMean), nameof(Conversation.Team),
            nameof(Conversation.AssigneeId), nameof(Conversation.Tags), nameof(Conversation.AgentsInvolved), nameof(Conversation.CreatedAt), nameof(Conversation.LastActivityAt), nameof(Conversation.Status), nameof(Conversation.Owner), nameof(Conversation.Priority),
            nameof(Conversation.HandedOffAt), nameof(Conversation.ResolvedAt), nameof(Conversation.ClosedAt),
        ],
        Fields =
        [
            Field.Choice<Channel>("channel", "source").Words(("chat", Channel.Web), ("mail", Channel.Email), ("e_mail", Channel.Email)),
            Field.Reference("customer", "customers", "customer_id", "customer_ref"),
            Field.Reference("contact", "contacts", "contact_id", "requester_id"),
            Field.Personal("subject", "title"),
            Field.Code("primaryIntent", "intent"),
            Field.Text("language"),
            Field.Number("sentimentMean", -1, 1, "sentiment_avg", "sentiment"),
            Field.Code("team"),
            Field.Reference("assignee", "users", "assignee_id", "assigned_to"),
            Field.Choice<Priority>("priority"),
            new ImportField("tags", FieldType.List) { Synonyms = ["labels"] },
            new ImportField("agentsInvolved", FieldType.List),
            Field.Choice<SourceConversationStatus>("status").Words(("active", SourceConversationStatus.Open), ("new", SourceConversationStatus.Open), ("pending", SourceConversationStatus.Open), ("solved", SourceConversationStatus.Resolved)),
            Field.Instant("createdAt", "started_at", "created").Needed(),
            Field.Instant("endedAt", "resolved_at", "closed_at"),
        ],
    };

    public static ImportKind Messages { get; } = new ImportKind<Message>(v => new Message
    {
        TenantId = v.TenantId,
        Id = v.Id,
        ConversationId = v.Must("conversation", m => m.ConversationId),
        Sequence = v.Must("sequence", m => m.Sequence),
        Author = v.Must("author", m => m.Author),
        AgentId = v.Maybe("agent", m => m.AgentId),
        Text = v.Must("text", m => m.Text),
        Confidence = v.Maybe<double?>("confidence", m => m.Confidence),
        Intent = v.Maybe("intent", m => m.Intent),
        Sentiment = v.Maybe<double?>("sentiment", m => m.Sentiment),
        Tokens = v.Of("tokens", m => m.Tokens, 0),
        Cost = v.Of("cost", m => m.Cost, 0m),
        IsPrivate = v.Of("isPrivate", m => m.IsPrivate, false),
        RunId = null,
        CreatedAt = v.Must("createdAt", m => m.CreatedAt),
    }, (stored, becomes) =>
    {
        if (Json.Write(stored) != Json.Write(becomes)) throw new Domain.DomainRuleException("message_written", "A message is written once and never changed; the file has another one under this reference.");
    })
    {
        Name = "messages",
        Tables = ["comments"],
        Scope = Scopes.WriteConversations,
        NumberedWithin = "conversation",
        Covers = [nameof(Message.ConversationId), nameof(Message.Author), nameof(Message.AgentId), nameof(Message.Text), nameof(Message.Confidence), nameof(Message.Intent), nameof(Message.Sentiment), nameof(Message.Tokens), nameof(Message.Cost), nameof(Message.IsPrivate), nameof(Message.CreatedAt)],
        Fields =
        [
            Field.Reference("conversation", "conversations", "conversation_id", "ticket_id").Needed(),
            Field.Choice<MessageAuthor>("author", "role", "author_type").Needed().Words(("user", MessageAuthor.Customer), ("assistant", MessageAuthor.Agent), ("bot", MessageAuthor.Agent), ("staff", MessageAuthor.Human)),
            Field.Code("agent", "agent_name", "agent_id"),
            Field.Personal("text", "content", "body", "message").Needed(),
            Field.Share("confidence"),
            Field.Code("intent"),
            Field.Number("sentiment", -1, 1),
            Field.Integer("tokens", "tokens_used"),
            Field.Money("cost"),
            Field.Boolean("isPrivate", "private"),
            Field.Instant("createdAt", "timestamp", "sent_at").Needed(),
        ],
    };

    public static ImportKind Handoffs { get; } = new ImportKind<Handoff>(v => new Handoff
    {
        TenantId = v.TenantId,
        Id = v.Id,
        ConversationId = v.Must("conversation", h => h.ConversationId),
        RunId = null,
        FromAgent = v.Must("fromAgent", h => h.FromAgent),
        ToTeam = v.Of("toTeam", h => h.ToTeam, "agents"),
        ToAgent = v.Maybe("toAgent", h => h.ToAgent),
        ToUserId = v.Maybe<Guid?>("toUser", h => h.ToUserId),
        Confidence = v.Maybe<double?>("confidence", h => h.Confidence),
        Reason = v.Must("reason", h => h.Reason),
        // The source keeps no case file, and none is made up.
        CaseFile = v.Of("", h => h.CaseFile, new CaseFile("not recorded", null, "", 0, [], [], "", "")),
        CreatedAt = v.Must("createdAt", h => h.CreatedAt),
    })
    {
        Name = "handoffs",
        Tables = ["agent_handoffs", "escalations"],
        Scope = Scopes.WriteConversations,
        Covers = [nameof(Handoff.ConversationId), nameof(Handoff.FromAgent), nameof(Handoff.ToTeam), nameof(Handoff.ToAgent), nameof(Handoff.ToUserId), nameof(Handoff.Confidence), nameof(Handoff.Reason), nameof(Handoff.CreatedAt)],
        Fields =
        [
            Field.Reference("conversation", "conversations", "conversation_id").Needed(),
            Field.Code("fromAgent").Needed(),
            Field.Code("toTeam", "team"),
            Field.Code("toAgent"),
            Field.Reference("toUser", "users", "to_user_id"),
            Field.Share("confidence", "confidence_before"),
            Field.Code("reason", "handoff_reason").Needed(),
            Field.Instant("createdAt", "timestamp").Needed(),
        ],
    };

    private static SourceConversationStatus Standing(Conversation conversation) => conversation.Status switch
    {
        ConversationStatus.Closed => SourceConversationStatus.Closed,
        ConversationStatus.Resolved => SourceConversationStatus.Resolved,
        _ => conversation.Owner == ConversationOwner.Human ? SourceConversationStatus.Escalated : SourceConversationStatus.Open,
    };
}
