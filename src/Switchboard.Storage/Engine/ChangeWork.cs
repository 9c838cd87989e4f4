using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Engine;

/// <summary>A change of a conversation that is no message, in one commit with what goes along.</summary>
internal sealed class ChangeWork : EngineWork<Conversation?>
{
    private readonly ConversationChange change;
    private readonly EngineQuery<Conversation> conversation;
    private readonly EnqueueRead? then;

    /// <summary>Prepares to change the conversation.</summary>
    public ChangeWork(ConversationChange change)
    {
        this.change = change;
        conversation = TurnRead.Conversation(change.Actor.TenantId, change.ConversationId);
        if (change.Then is { } request) then = new EnqueueRead(request);
    }

    /// <inheritdoc />
    public override Actor Actor => change.Actor;

    /// <inheritdoc />
    public override Guid? ConversationId => change.ConversationId;

    /// <inheritdoc />
    public override IReadOnlyList<EngineQuery> Queries => [conversation, .. then?.Queries ?? []];

    /// <summary>Applies the change to the row as it stands.</summary>
    public override Conversation? Decide(EngineWrites writes)
    {
        if (conversation.First is not { } talk) return null;
        ConversationState was = ConversationState.Of(talk);
        change.Apply(talk);
        writes.UpdateRow(talk);
        SlaArming.Arm(writes, change.Actor.TenantId, talk.Id, was, ConversationState.Of(talk), talk.Pauses is [.., { Until: { } until }] && until > talk.LastActivityAt ? until : talk.LastActivityAt);
        if (change.Row is { } row) writes.AddRow(row);
        then?.Decide(writes);
        return talk;
    }
}
