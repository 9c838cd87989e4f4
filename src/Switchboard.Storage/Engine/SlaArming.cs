using Switchboard.Core.Conversations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Auditing;

namespace Switchboard.Storage.Engine;

/// <summary>Asks for the watch over a conversation's clocks in the commit that sets them going: whoever gives it to people, wakes it or changes its priority need not think of it.</summary>
internal static class SlaArming
{
    /// <summary>Asks for it, where the change gives the clocks another course.</summary>
    /// <param name="writes">The commit.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="conversationId">The conversation.</param>
    /// <param name="was">Where it stood.</param>
    /// <param name="becomes">Where it stands now.</param>
    /// <param name="at">When.</param>
    public static void Arm(EngineWrites writes, Guid tenantId, Guid conversationId, ConversationState was, ConversationState becomes, DateTimeOffset at)
    {
        if (!Run(becomes) || (Run(was) && was.Priority == becomes.Priority)) return;
        new EnqueueRead(SlaWatch.RequestFor(tenantId, Guid.CreateVersion7(at), conversationId, at)).DecideAlone(writes);
    }

    /// <summary>Asks for it, where a conversation took another one in and people owe an answer in it since, or since an earlier instant.</summary>
    /// <param name="db">The rows, in a transaction that writes.</param>
    /// <param name="conversationId">The conversation that goes on.</param>
    /// <param name="was">Where it stood.</param>
    /// <param name="becomes">Where it stands now.</param>
    /// <param name="at">When.</param>
    public static void Arm(SwitchboardDb db, Guid conversationId, ConversationState was, ConversationState becomes, DateTimeOffset at)
    {
        if (Run(becomes) && was != becomes) db.Enqueue(SlaWatch.RequestFor(db.TenantId, Guid.CreateVersion7(at), conversationId, at));
    }

    private static bool Run(ConversationState state) => state is { Owner: ConversationOwner.Human, Status: ConversationStatus.Open };
}
