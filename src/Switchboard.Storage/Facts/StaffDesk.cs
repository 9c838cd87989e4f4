using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Routing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Facts;

/// <summary>Reads the staff for handoffs, and keeps to whom one is offered.</summary>
/// <param name="data">The rows.</param>
public sealed class StaffDesk(Data data) : IStaffDesk
{
    private const int mostUsers = 500, mostWaiting = 2000;

    /// <inheritdoc />
    public async Task<StaffSeen> ReadAsync(Guid tenantId, string team, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        var users = await db.Set<User>().Where(u => u.Status == UserStatus.Active).OrderBy(u => u.Id).Take(mostUsers).Select(u => new
        {
            User = u,
            Open = db.Conversations.Count(c => c.AssigneeId == u.Id && (c.Status == ConversationStatus.Open || c.Status == ConversationStatus.Pending)),
            Last = db.Conversations.Where(c => c.AssigneeId == u.Id && (c.Status == ConversationStatus.Open || c.Status == ConversationStatus.Pending)).OrderByDescending(c => c.LastActivityAt).Select(c => (DateTimeOffset?)c.LastActivityAt).FirstOrDefault(),
        }).ToListAsync(cancellationToken);
        // What is offered to somebody is on their desk already, though they have not taken it.
        var waiting = await db.Conversations.Where(c => c.Status == ConversationStatus.Open && c.Owner == ConversationOwner.Human && c.AssigneeId == null).OrderBy(c => c.Id).Take(mostWaiting)
            .Select(c => db.Handoffs.Where(h => h.ConversationId == c.Id).OrderByDescending(h => h.CreatedAt).Select(h => new { h.ToTeam, h.ToUserId }).FirstOrDefault()).ToListAsync(cancellationToken);
        return new StaffSeen(
            [.. users.Select(u => new Candidate
            {
                Id = u.User.Id.ToString(),
                Name = u.User.Name,
                Online = u.User.Availability == Availability.Online,
                Open = u.Open + waiting.Count(w => w?.ToUserId == u.User.Id),
                Capacity = u.User.Capacity,
                IdleMinutes = u.Last is { } last ? (now - last).TotalMinutes : double.MaxValue,
                Languages = u.User.Languages,
                Skills = u.User.Team is { } own ? [.. u.User.Skills, own] : u.User.Skills,
            })],
            waiting.Count(w => w is { ToUserId: null } && w.ToTeam == team));
    }

    /// <inheritdoc />
    public async Task<bool> WaitsAsync(Guid tenantId, Guid handoffId, Guid offered, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        return await Waiting(db, handoffId, offered).AnyAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task<bool> OfferAsync(Guid tenantId, Guid handoffId, Guid expected, Guid? user, CancellationToken cancellationToken) => data.WriteAsync(
        new SystemActor(tenantId, "handoffs"),
        db =>
        {
            // The same offer made again, by a run that was taken up anew, finds it made.
            if (user is not null && Waiting(db, handoffId, user.Value).Any()) return true;
            if (Waiting(db, handoffId, expected).SingleOrDefault() is not { } handoff) return false;
            handoff.Offer(user);
            return true;
        },
        cancellationToken);

    /// <summary>The handoff while its conversation has not been taken since: nobody is named in it, and no person wrote after it was given.</summary>
    private static IQueryable<Handoff> Waiting(SwitchboardDb db, Guid handoffId, Guid offered) =>
        db.Handoffs.Where(h => h.Id == handoffId && h.ToUserId == offered
            && db.Conversations.Any(c => c.Id == h.ConversationId && c.Owner == ConversationOwner.Human && c.Status == ConversationStatus.Open && c.AssigneeId == null)
            && !db.Messages.Any(m => m.ConversationId == h.ConversationId && m.Author == MessageAuthor.Human && !m.IsPrivate && m.CreatedAt > h.CreatedAt));
}
