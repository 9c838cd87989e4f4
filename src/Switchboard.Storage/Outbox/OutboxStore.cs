using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Conversations;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;

namespace Switchboard.Storage.Outbox;

/// <summary>The rows of the outbox on either database.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class OutboxStore(Data data, IFaultPoints faults) : IOutboxStore
{
    private const string actorName = "outbox";
    private const int mostResponseBytes = 1024;

    /// <inheritdoc />
    public async Task<OutboxEntry?> FindAsync(Guid tenantId, Guid entryId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await db.Set<OutboxEntry>().SingleOrDefaultAsync(e => e.Id == entryId, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<(AttemptBegun Result, RunAdvanced? Next)> BeginAsync(RunFence fence, string step, Guid entryId, CancellationToken cancellationToken)
    {
        (AttemptBegun Result, RunAdvanced? Next) written = await data.WriteAsync<(AttemptBegun, RunAdvanced?)>(
            new SystemActor(fence.Run.TenantId, actorName),
            db =>
            {
                OutboxEntry entry = db.Set<OutboxEntry>().Single(e => e.Id == entryId);
                bool isNew = entry.Status == OutboxStatus.Pending;
                if (Claim(db, fence) is not { } next) return (new AttemptBegun(entry.Status, entry.Attempts, IsNew: false), null);
                if (isNew) entry.Begin();
                var begun = new AttemptBegun(entry.Status, entry.Attempts, isNew);
                Record(db, fence, step, begun);
                db.SaveChanges();
                faults.Reached("attempt:before-commit");
                return (begun, next with { CancelAsked = false });
            },
            cancellationToken);
        if (written.Next is not null) faults.Reached("attempt:after-commit");
        return written;
    }

    /// <inheritdoc />
    public async Task<RunAdvanced?> SettleAsync(RunFence fence, string step, Guid entryId, AttemptOutcome outcome, string? note, DateTimeOffset at, CancellationToken cancellationToken)
    {
        RunAdvanced? written = await data.WriteAsync(
            new SystemActor(fence.Run.TenantId, actorName),
            db =>
            {
                if (Claim(db, fence) is not { } next) return null;
                OutboxEntry entry = db.Set<OutboxEntry>().Single(e => e.Id == entryId);
                switch (outcome.Status)
                {
                    case OutboxStatus.Sent:
                        entry.Sent(outcome.Answer, at);
                        break;
                    case OutboxStatus.Failed:
                        entry.Fail(outcome.Error!, outcome.Answer, at);
                        break;
                    case OutboxStatus.Unknown:
                        entry.LoseTrack(outcome.Error!, at);
                        break;
                    case OutboxStatus.Pending:
                        entry.TryAgain(outcome.Error!);
                        break;
                    default:
                        throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Status, "is no outcome");
                }

                if (note is not null && entry.ConversationId is { } conversation) Note(db, conversation, fence.Run.RunId, note, at);
                db.Add(AttemptOf(entry, outcome, at));
                Record(db, fence, step, outcome);
                db.SaveChanges();
                faults.Reached("outcome:before-commit");
                return next;
            },
            cancellationToken);
        if (written is not null) faults.Reached("outcome:after-commit");
        return written;
    }

    /// <inheritdoc />
    public Task<(OutboxStatus Result, RunAdvanced? Next)> WithdrawAsync(RunFence fence, string step, Guid entryId, bool mayBeDone, string why, string note, DateTimeOffset at, CancellationToken cancellationToken) =>
        data.WriteAsync<(OutboxStatus, RunAdvanced?)>(
            new SystemActor(fence.Run.TenantId, actorName),
            db =>
            {
                OutboxEntry entry = db.Set<OutboxEntry>().Single(e => e.Id == entryId);
                if (Claim(db, fence) is not { } next) return (entry.Status, null);
                bool isOpen = entry.SettledAt is null;
                entry.Withdraw(mayBeDone, why, at);
                if (isOpen && entry is { Status: OutboxStatus.Unknown, ConversationId: { } conversation }) Note(db, conversation, fence.Run.RunId, note, at);
                Record(db, fence, step, entry.Status);
                return (entry.Status, next);
            },
            cancellationToken);

    private static OutboxAttempt AttemptOf(OutboxEntry entry, AttemptOutcome outcome, DateTimeOffset at) => new()
    {
        TenantId = entry.TenantId,
        Id = Guid.CreateVersion7(at),
        EntryId = entry.Id,
        Number = entry.Attempts,
        At = at,
        Outcome = outcome.Status,
        ResponseStatus = outcome.Response?.Status,
        Response = Shortened(outcome.Response?.Text ?? outcome.Answer),
        Error = outcome.Error,
        RetryAt = outcome.Due,
    };

    /// <summary>The first kilobyte, cut between two characters.</summary>
    private static string? Shortened(string? text)
    {
        if (text is null || Encoding.UTF8.GetByteCount(text) <= mostResponseBytes) return text;
        int length = Math.Min(text.Length, mostResponseBytes);
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > mostResponseBytes || char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length];
    }

    /// <summary>Claims the run by writing it: who finds it in another version has lost and writes nothing. Attempts begin anew with each stored step.</summary>
    private static RunAdvanced? Claim(SwitchboardDb db, RunFence fence)
    {
        if (!Holds.RunForStep(db, fence.Run.RunId, fence.Version)) return null;
        return new RunAdvanced(fence with { Version = fence.Version + 1 }, db.Runs.Any(r => r.Id == fence.Run.RunId && r.CancelAskedAt != null));
    }

    private static void Record<T>(SwitchboardDb db, RunFence fence, string step, T result)
    {
        int stored = db.RunSteps.Where(s => s.RunId == fence.Run.RunId).Max(s => (int?)s.Ordinal) ?? 0;
        db.Add(new RunStep { TenantId = fence.Run.TenantId, RunId = fence.Run.RunId, Ordinal = stored + 1, Name = step, Result = Journal.EntryOf(step, result).Result });
    }

    private static void Note(SwitchboardDb db, Guid conversationId, Guid runId, string text, DateTimeOffset at)
    {
        if (!Holds.Conversation(db, conversationId)) return;
        int last = db.Messages.Where(m => m.ConversationId == conversationId).Max(m => (int?)m.Sequence) ?? 0;
        db.Add(new Message
        {
            TenantId = db.TenantId,
            Id = Guid.CreateVersion7(at),
            ConversationId = conversationId,
            Sequence = last + 1,
            Author = MessageAuthor.System,
            Text = text,
            IsPrivate = true,
            RunId = runId,
            CreatedAt = at,
        });
    }
}
