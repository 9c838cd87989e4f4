using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Switchboard.Core.Runs;
using Switchboard.Core.Telemetry;
using Switchboard.Domain.Operations;

namespace Switchboard.Core.Outbox;

/// <summary>What a delivery starts with.</summary>
/// <param name="EntryId">The entry of the outbox.</param>
public sealed record DeliveryInput(Guid EntryId);

/// <summary>
/// Carries an effect out. Each attempt is two commits with the sending between them: "it is being sent", then what came of it. Whoever takes the run up and
/// finds the first without the second cannot know whether the other side has it. It is sent again when the other side knows the key, and never otherwise.
/// </summary>
/// <param name="ports">The ways to the outside.</param>
/// <param name="store">The rows.</param>
/// <param name="time">The clock.</param>
/// <param name="faults">Where a test may end the process.</param>
/// <param name="settled">What more is done once an effect has its outcome; null for nothing.</param>
public sealed class OutboxDelivery(OutsidePorts ports, IOutboxStore store, TimeProvider time, IFaultPoints faults, IEnumerable<ISettledEffects>? settled = null) : RunHandler
{
    /// <summary>The name of the handler.</summary>
    public const string HandlerName = "outbox.deliver";

    /// <summary>The event that tells what an effect came to.</summary>
    public const string SettledEvent = "outbox.settled";

    private const int mostDescribed = 500;

    /// <inheritdoc />
    public override string Name => HandlerName;

    /// <summary>The subject of an entry's delivery: its own, so that no effect waits behind another.</summary>
    public static string SubjectOf(Guid entryId) => $"outbox:{entryId:D}";

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid id = run.Input<DeliveryInput>().EntryId;
        // What never changes of an entry is read without a step.
        OutboxEntry entry = await store.FindAsync(run.Run.TenantId, id, cancellationToken) ?? throw new StepFailedException("outbox_gone", $"There is no entry {id} in the outbox.", canRetry: false);
        // Whether some attempt may have been performed: then nobody may say at the end that none was.
        bool mayBeDone = false;
        while (true)
        {
            // Set by the work of this execution alone: a step that only gives what was recorded begins nothing.
            bool begunHere = false;
            AttemptBegun begun = await run.CommitAsync(
                "outbox",
                "begin",
                async (fence, step, token) =>
                {
                    (AttemptBegun Result, RunAdvanced? Next) written = await store.BeginAsync(fence, step, id, token);
                    faults.Reached("outbox:sending-committed");
                    begunHere = written.Result.IsNew;
                    return written;
                },
                RetryRule.Default,
                cancellationToken);
            if (begun.Status != OutboxStatus.Sending) return new AttemptOutcome(begun.Status, null, null);

            AttemptOutcome outcome = await run.CommitAsync(
                "outbox",
                "outcome",
                async (fence, step, token) =>
                {
                    AttemptOutcome reached = begunHere ? await SendAsync(entry, begun.Attempt, token) : FoundSending(entry, begun.Attempt);
                    if (reached.Status == OutboxStatus.Failed && (mayBeDone || reached.MayBeDone) && ports.Find(entry.Port)?.MustBeKnown != false) reached = reached with { Status = OutboxStatus.Unknown };
                    RunAdvanced? next = await store.SettleAsync(fence, step, id, reached, reached.Status == OutboxStatus.Unknown ? NoteOf(entry, reached) : null, Now(), token);
                    faults.Reached("outbox:outcome-committed");
                    return (reached, next);
                },
                RetryRule.Default,
                cancellationToken);
            if (outcome.Status != OutboxStatus.Pending)
            {
                if (settled?.FirstOrDefault(s => s.Port == entry.Port) is { } further)
                {
                    await run.StepAsync(
                        "outbox",
                        "settled",
                        async token =>
                        {
                            await further.SettledAsync(entry, outcome, token);
                            return true;
                        },
                        cancellationToken);
                }

                await run.ReportAsync(1, SettledEvent, new { OutboxId = id, entry.Port, outcome.Status, outcome.Error }, cancellationToken);
                return outcome;
            }

            mayBeDone |= outcome.MayBeDone;
            if (outcome.Due is { } due) await run.SleepUntilAsync("retry", due, cancellationToken);
        }
    }

    /// <inheritdoc />
    public override async Task SettleCancelledAsync(RunContext run, CancellationToken cancellationToken)
    {
        Guid id = run.Input<DeliveryInput>().EntryId;
        OutboxEntry entry = await store.FindAsync(run.Run.TenantId, id, cancellationToken) ?? throw new StepFailedException("outbox_gone", $"There is no entry {id} in the outbox.", canRetry: false);
        bool mayBeDone = run.Before.Any(s => s.Name.StartsWith("outbox:outcome", StringComparison.Ordinal) && Conversations.Journal.ValueOf<AttemptOutcome>(s).MayBeDone);
        const string Why = "It was cancelled before it was known to be performed.";
        OutboxStatus status = await run.CommitAsync(
            "withdraw",
            "outbox",
            (fence, step, token) => store.WithdrawAsync(fence, step, id, mayBeDone, Why, NoteOf(entry, new AttemptOutcome(OutboxStatus.Unknown, null, Why)), Now(), token),
            RetryRule.Default,
            cancellationToken);
        await run.ReportAsync(1, SettledEvent, new { OutboxId = id, entry.Port, Status = status, Error = Why }, cancellationToken);
    }

    private async Task<AttemptOutcome> SendAsync(OutboxEntry entry, int attempt, CancellationToken cancellationToken)
    {
        if (ports.Find(entry.Port) is not { } port) return Again(entry, attempt, $"The installation has no way to the outside called {entry.Port}.", null, DeliveryPace.Ordinary);
        using Activity? span = Spans.Start($"send {entry.Port}", ActivityKind.Client);
        PortOutcome outcome;
        try
        {
            outcome = await port.SendAsync(new OutsideCall(entry.TenantId, entry.Key, entry.Request, attempt), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The message may hold what was sent, or to where; its kind says enough for people.
            outcome = new OutcomeUnknown($"Sending broke off unexpectedly ({error.GetType().Name}).");
        }

        faults.Reached("outbox:sent");
        AttemptOutcome reached = outcome switch
        {
            Performed performed => new AttemptOutcome(OutboxStatus.Sent, performed.Answer, null),
            Refused { CanRetry: false } refused => new AttemptOutcome(OutboxStatus.Failed, null, refused.Error),
            Refused refused => Again(entry, attempt, refused.Error, refused.NotBefore, port.Pace),
            OutcomeUnknown unknown when port.Deduplicates(entry.Request) => Again(entry, attempt, unknown.Error, null, port.Pace) with { MayBeDone = true },
            OutcomeUnknown unknown => new AttemptOutcome(OutboxStatus.Unknown, null, unknown.Error),
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of a port."),
        };
        Measures.Attempted(entry.Port, reached.Status);
        span.Came(reached.Status, isFailure: reached.Status is OutboxStatus.Failed or OutboxStatus.Unknown);
        return reached with { Response = outcome.Response };
    }

    /// <summary>The process ended between the two commits, or the outcome could not be stored: what was sent is not known any more.</summary>
    private AttemptOutcome FoundSending(OutboxEntry entry, int attempt)
    {
        const string Lost = "The attempt was interrupted before its outcome was stored.";
        return ports.Find(entry.Port) is { } port && port.Deduplicates(entry.Request)
            ? Again(entry, attempt, Lost, null, port.Pace) with { Due = null, MayBeDone = true }
            : new AttemptOutcome(OutboxStatus.Unknown, null, Lost + " It may have been performed.");
    }

    /// <summary>What the staff reads.</summary>
    private string NoteOf(OutboxEntry entry, AttemptOutcome outcome)
    {
        string what = ports.Find(entry.Port)?.Describe(entry.Request) ?? $"An effect through {entry.Port}";
        if (what.Length > mostDescribed) what = what[..mostDescribed] + "…";
        return $"Nobody can say whether this was performed: {what}\n{outcome.Error}\nIt is not sent again by itself. Look it up on the other side, then record what you found for the entry {entry.Id:D} of the outbox.";
    }

    private AttemptOutcome Again(OutboxEntry entry, int attempt, string error, TimeSpan? notBefore, DeliveryPace pace)
    {
        DateTimeOffset now = Now();
        TimeSpan pause = pace.Retries.PauseAfter(attempt, Spread(entry.Id, attempt));
        if (notBefore is { } asked && asked > pause) pause = asked;
        if (attempt >= pace.Retries.MostAttempts) return new AttemptOutcome(OutboxStatus.Failed, null, $"Given up after {attempt} attempts. {error}") { IsGivenUp = true };
        return pause > pace.Patience || now + pause > entry.CreatedAt + pace.Patience
            ? new AttemptOutcome(OutboxStatus.Failed, null, $"Given up after {attempt} attempts in {pace.Patience.TotalHours:0} hours. {error}") { IsGivenUp = true }
            : new AttemptOutcome(OutboxStatus.Pending, null, error, now + pause);
    }

    /// <summary>0..1, another for each entry and attempt: effects that failed together do not come back together, and no random number has to be recorded.</summary>
    private static double Spread(Guid entryId, int attempt) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes($"{entryId:N}{attempt}"))) / (double)uint.MaxValue;

    private DateTimeOffset Now()
    {
        DateTimeOffset now = time.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }
}
