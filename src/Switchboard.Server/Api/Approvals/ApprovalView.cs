using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Actions;
using Switchboard.Domain.Operations;

namespace Switchboard.Server.Api.Approvals;

/// <summary>An approval as the API shows it, with exactly what would be changed.</summary>
public sealed record ApprovalView(
    Guid Id, string Action, JsonElement Arguments, IReadOnlyList<RowChange> Preview, string RequestedBy, string? AgentId, Guid? RunId, Guid? ConversationId, Guid? CustomerId, string NeededScope,
    ApprovalStatus Status, Guid? DecidedBy, DateTimeOffset? DecidedAt, string? Note, DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt)
{
    /// <summary>Shows an approval.</summary>
    public static ApprovalView Of(Approval a) => new(
        a.Id, a.Action, JsonElement.Parse(a.Arguments), Json.Read<IReadOnlyList<RowChange>>(a.Preview), a.RequestedBy, a.AgentId, a.RunId, a.ConversationId, a.CustomerId, a.NeededScope,
        a.Status, a.DecidedBy, a.DecidedAt, a.Note, a.ExpiresAt, a.CreatedAt);
}
