namespace Switchboard.Domain.Policies;

/// <summary>How the staff signs in, and whether it is told by mail. Programs that call with API keys are not people who sign in: none of it is about them.</summary>
public sealed record StaffPolicy
{
    /// <summary>Whether who signs in must have a second factor. Who has none sets one up first and can do nothing else until then.</summary>
    public bool SecondFactor { get; init; }

    /// <summary>Whole hours after which a session that nobody uses ends.</summary>
    public int IdleHours { get; init; } = 7 * 24;

    /// <summary>Sessions a person may have at a time; one more ends the one that was used longest ago.</summary>
    public int Sessions { get; init; } = 20;

    /// <summary>Whether who is offered a conversation is told by mail, and the leads where nobody took it.</summary>
    public bool HandoffMails { get; init; } = true;

    /// <summary>How long a session holds that nobody uses.</summary>
    public TimeSpan Idle() => TimeSpan.FromHours(IdleHours);

    internal void Check(PolicyCheck check)
    {
        check.Range(IdleHours, "idleHours", 1, 30 * 24);
        check.Range(Sessions, "sessions", 1, 1000);
    }
}
