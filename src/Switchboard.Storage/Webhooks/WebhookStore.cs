using Microsoft.EntityFrameworkCore;
using Switchboard.Core;
using Switchboard.Core.Outbox;
using Switchboard.Core.Webhooks;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Storage.Outbox;

namespace Switchboard.Storage.Webhooks;

/// <summary>The rows of receivers and of what they are told.</summary>
/// <param name="data">Where they are stored.</param>
/// <param name="ports">The ways to the outside.</param>
public sealed class WebhookStore(Data data, OutsidePorts ports)
{
    private const string actorName = "webhooks";

    /// <summary>Puts an event on its way to each receiver that wants it, all or none. What has a delivery keeps it, so it can be asked for again.</summary>
    /// <returns>The new deliveries.</returns>
    public Task<IReadOnlyList<Guid>> TellAsync(Guid tenantId, Guid eventId, Announcement announcement, string body, DateTimeOffset at, CancellationToken cancellationToken) =>
        data.WriteAsync<IReadOnlyList<Guid>>(
            new SystemActor(tenantId, actorName),
            db =>
            {
                var told = new List<Guid>();
                foreach (WebhookEndpoint endpoint in db.Set<WebhookEndpoint>().AsNoTracking().Where(e => e.Status == WebhookStatus.Active && e.DeletedAt == null).OrderBy(e => e.Id).ToList())
                {
                    if (!endpoint.Events.Contains(announcement.Type, StringComparer.Ordinal)) continue;
                    if (db.Deliver(ports, new NewDelivery(endpoint.Id, eventId, announcement.Type, body, at)) is { } delivery) told.Add(delivery.Id);
                }

                return told;
            },
            cancellationToken);

    /// <summary>
    /// Tells a receiver nothing more, and its tenant's owners and admins so by mail where mail can be sent. One that took something else meanwhile is not meant: what
    /// it did not take is a dead letter.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="deliveryId">What it did not take.</param>
    /// <param name="since">Since when it must have taken nothing; null when it said itself that it is gone.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="mails">Whether mail can be sent.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Cancels work that has not begun.</param>
    /// <returns>Whether this call ended it.</returns>
    public Task<bool> DisableAsync(Guid tenantId, Guid deliveryId, DateTimeOffset? since, string reason, bool mails, DateTimeOffset at, CancellationToken cancellationToken) =>
        data.WriteAsync(
            new SystemActor(tenantId, actorName),
            db =>
            {
                WebhookDelivery? delivery = db.Set<WebhookDelivery>().SingleOrDefault(d => d.Id == deliveryId);
                if (delivery is null || db.Set<WebhookEndpoint>().SingleOrDefault(e => e.Id == delivery.EndpointId) is not { } endpoint) return false;
                if (since is { } begun && TookAnything(db, endpoint.Id, begun)) return false;
                if (!endpoint.Disable(reason, at)) return false;
                if (!mails) return true;
                foreach (User admin in db.Users.AsNoTracking().Where(u => (u.Role == Role.Owner || u.Role == Role.Admin) && u.Status == UserStatus.Active).OrderBy(u => u.Id).ToList())
                    db.Send(ports.Prepare("smtp", $"webhook-disabled/{endpoint.Id:N}/{delivery.Id:N}/{admin.Id:N}", Json.Write(MailTo(admin, endpoint)), at));
                return true;
            },
            cancellationToken);

    private static bool TookAnything(SwitchboardDb db, Guid endpointId, DateTimeOffset since) =>
        db.Set<WebhookDelivery>().Any(d => d.EndpointId == endpointId && db.Set<OutboxEntry>().Any(o => o.Id == d.OutboxId && o.Status == OutboxStatus.Sent && o.SettledAt >= since));

    private static MailRequest MailTo(User admin, WebhookEndpoint endpoint) => new()
    {
        To = [admin.Email],
        Subject = "A webhook was switched off",
        Text = $"Hello,\n\nthe webhook to {new Uri(endpoint.Url).Host} ({endpoint.Id:D}) is not told any more. {endpoint.DisabledReason}\n\n"
            + "What it did not take is in its list of deliveries and can be delivered again. Mend the receiver, then set the webhook to active.\n",
    };
}
