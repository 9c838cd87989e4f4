using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Routing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage.Outbox;
using Switchboard.Storage.Policies;

namespace Switchboard.Storage.Facts;

/// <summary>Reads the staff for handoffs, and keeps to whom one is offered.</summary>
/// <param name="data">The rows.</param>
/// <param name="ports">The ways out, for the mails to them.</param>
/// <param name="policies">Whether the tenant wants these.</param>
public sealed class StaffDesk(Data data, OutsidePorts ports, PolicyStore policies) : IStaffDesk
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
    public async Task<bool> OfferAsync(Guid tenantId, Guid handoffId, Guid expected, Guid? user, bool notifyLead, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool tells = user is null && notifyLead && await TellsAsync(tenantId, cancellationToken);
        return await data.WriteAsync(
            new SystemActor(tenantId, "handoffs"),
            db =>
            {
                // The same offer made again, by a run that was taken up anew, finds it made.
                if (user is not null && Waiting(db, handoffId, user.Value).Any()) return true;
                if (Waiting(db, handoffId, expected).SingleOrDefault() is not { } handoff) return false;
                handoff.Offer(user);
                if (!tells) return true;
                // A lead without a team leads all of them.
                foreach (User lead in Reachable(db).Where(u => u.Role == Role.Lead && (u.Team == handoff.ToTeam || u.Team == null)).OrderBy(u => u.Id).ToList())
                    Mail(db, handoff, lead, until: null, $"handoff/{handoff.Id:N}/lead/{lead.Id:N}", now);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc />
    public async Task<bool> TellAsync(Guid tenantId, Guid handoffId, Guid offered, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken) => await TellsAsync(tenantId, cancellationToken) && await data.WriteAsync(
        new SystemActor(tenantId, "handoffs"),
        db => Waiting(db, handoffId, offered).AsNoTracking().SingleOrDefault() is { } handoff && Reachable(db).SingleOrDefault(u => u.Id == offered) is { } user
            && Mail(db, handoff, user, until, $"handoff/{handoff.Id:N}/offer/{user.Id:N}", now),
        cancellationToken);

    private async Task<bool> TellsAsync(Guid tenantId, CancellationToken cancellationToken) => (await policies.CurrentAsync(tenantId, cancellationToken)).Policies.Staff.HandoffMails;

    private static IQueryable<User> Reachable(SwitchboardDb db) => db.Users.AsNoTracking().Where(u => u.Status == UserStatus.Active && u.IsVerified);

    /// <summary>Asks for the mail in the transaction of the rows, under a key of its own; an installation that can send none asks for none.</summary>
    private bool Mail(SwitchboardDb db, Handoff handoff, User to, DateTimeOffset? until, string key, DateTimeOffset now)
    {
        Conversation talk = db.Conversations.AsNoTracking().Single(c => c.Id == handoff.ConversationId);
        string mail = Json.Write(new HandoffMail(to.Email, to.Name, talk.Id, talk.PrimaryIntent, handoff.Reason, handoff.ToTeam, talk.Priority, until));
        if (ports.Find(HandoffMail.Port) is not { } port || port.Check(mail) is not null) return false;
        db.Send(ports.Prepare(HandoffMail.Port, key, mail, now) with { ConversationId = talk.Id, CustomerId = talk.CustomerId });
        return true;
    }

    /// <summary>The handoff while its conversation has not been taken since: nobody is named in it, and no person wrote after it was given.</summary>
    private static IQueryable<Handoff> Waiting(SwitchboardDb db, Guid handoffId, Guid offered) =>
        db.Handoffs.Where(h => h.Id == handoffId && h.ToUserId == offered
            && db.Conversations.Any(c => c.Id == h.ConversationId && c.Owner == ConversationOwner.Human && c.Status == ConversationStatus.Open && c.AssigneeId == null)
            && !db.Messages.Any(m => m.ConversationId == h.ConversationId && m.Author == MessageAuthor.Human && !m.IsPrivate && m.CreatedAt > h.CreatedAt));
}
