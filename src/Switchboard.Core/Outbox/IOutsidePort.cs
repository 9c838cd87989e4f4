using Switchboard.Core.Runs;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Outbox;

/// <summary>An effect on the outside as it is handed to its port.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Key">The effect's key; a port that can gives it to the other side, which then knows a second sending.</param>
/// <param name="Request">What is sent, as JSON in the port's own form.</param>
/// <param name="Attempt">1 for the first sending.</param>
public sealed record OutsideCall(Guid TenantId, string Key, string Request, int Attempt);

/// <summary>What the other side said, for the log of attempts.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">What it said, shortened, without secrets; null when nothing.</param>
public sealed record PortResponse(int Status, string? Text);

/// <summary>What came of a sending. A port says only what it knows.</summary>
public abstract record PortOutcome
{
    /// <summary>What the other side said; null when nothing came back, or the way is not HTTP.</summary>
    public PortResponse? Response { get; init; }
}

/// <summary>How long and how often something is sent again.</summary>
/// <param name="Retries">How often, and with what pauses.</param>
/// <param name="Patience">How long after it was written at most.</param>
public sealed record DeliveryPace(RetryRule Retries, TimeSpan Patience)
{
    /// <summary>Twelve times within a day, which is what an effect is worth whose port says nothing else.</summary>
    public static readonly DeliveryPace Ordinary = new(new RetryRule(12, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)), TimeSpan.FromHours(24));
}

/// <summary>The other side has taken it.</summary>
/// <param name="Answer">What it answered, shortened, without secrets; null when nothing.</param>
public sealed record Performed(string? Answer) : PortOutcome;

/// <summary>It was surely not performed.</summary>
/// <param name="Error">Why, for people.</param>
/// <param name="CanRetry">Whether another sending may succeed.</param>
/// <param name="NotBefore">How long the other side asks to wait; null when it does not.</param>
public sealed record Refused(string Error, bool CanRetry, TimeSpan? NotBefore = null) : PortOutcome
{
    /// <summary>What the other side answered, shortened, without secrets; null when nothing.</summary>
    public string? Answer { get; init; }

    /// <summary>Whether the other side failed in a way in which it may have performed it all the same. It knows the key, so that another sending does no harm.</summary>
    public bool MayBeDone { get; init; }
}

/// <summary>It was handed over and no answer came back: it may have been performed.</summary>
/// <param name="Error">What happened, for people.</param>
public sealed record OutcomeUnknown(string Error) : PortOutcome;

/// <summary>A way to the outside. What goes through it is at least once for a port whose other side knows the key, and never twice for one whose other side does not.</summary>
public interface IOutsidePort
{
    /// <summary>Its name in outbox and capabilities: smtp, webhook, slack, discord, http.</summary>
    string Name { get; }

    /// <summary>Whether the other side of this request knows a key it has seen, so that sending again after an unknown outcome is safe.</summary>
    bool Deduplicates(string request);

    /// <summary>What is wrong with a request, for people; null when it can be sent. Asked before it is written to the outbox.</summary>
    string? Check(string request);

    /// <summary>The request in words, for a preview: to whom, and what. It holds no secret.</summary>
    string Describe(string request);

    /// <summary>How long and how often it is sent again.</summary>
    DeliveryPace Pace => DeliveryPace.Ordinary;

    /// <summary>
    /// Whether a person must find out when nobody can say whether an effect was performed. False where the other side knows the key and nobody but it is concerned:
    /// then what was given up has failed.
    /// </summary>
    bool MustBeKnown => true;

    /// <summary>Sends it. Every way it can go is an outcome; an exception counts as an unknown outcome.</summary>
    Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken);
}

/// <summary>Does something more once it is known what became of the effects of a port.</summary>
public interface ISettledEffects
{
    /// <summary>The name of the port.</summary>
    string Port { get; }

    /// <summary>Takes note that an effect has its outcome, once that is stored. It may be told of the same outcome twice when the process ends meanwhile.</summary>
    /// <param name="entry">The effect as it was when it was taken up.</param>
    /// <param name="outcome">What the last attempt came to.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task SettledAsync(OutboxEntry entry, AttemptOutcome outcome, CancellationToken cancellationToken);
}
