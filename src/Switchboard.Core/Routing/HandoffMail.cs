using Switchboard.Domain.Support;

namespace Switchboard.Core.Routing;

/// <summary>A mail to a member of the staff about a handoff. It says nothing the customer wrote and nothing of who that is: a mailbox is no place that the scopes guard.</summary>
/// <param name="To">The address.</param>
/// <param name="Name">Who reads it.</param>
/// <param name="ConversationId">The conversation.</param>
/// <param name="Intent">What it is about, by its classified intent; null where none was found.</param>
/// <param name="Reason">Why people have it.</param>
/// <param name="Team">Whose it is.</param>
/// <param name="Priority">How urgent it is.</param>
/// <param name="Until">When the offer ends; null when nobody took it and it waits in the team's queue.</param>
public sealed record HandoffMail(string To, string Name, Guid ConversationId, string? Intent, string Reason, string Team, Priority Priority, DateTimeOffset? Until)
{
    /// <summary>The name of the way it goes.</summary>
    public const string Port = "staff_mail";
}
