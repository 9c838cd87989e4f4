using Microsoft.EntityFrameworkCore.ChangeTracking;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Accounts;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Webhooks;
using Switchboard.Storage;

namespace Switchboard.Server.Auth;

/// <summary>What came of an exchange of the key.</summary>
/// <param name="Renewed">Secrets that were encrypted anew by this call.</param>
/// <param name="Waiting">Mails on their way whose token lies under the key before; while there are any, that key stays.</param>
/// <param name="Done">Whether the key before is gone.</param>
public sealed record ExchangeView(int Renewed, int Waiting, bool Done);

/// <summary>
/// Puts another key in the place of <c>secrets/identity</c> and encrypts anew what lies under the one before. Until all of it does, both keys are kept and both open, so whoever is
/// killed on the way comes again and goes on: what is done is known by the key that opens it, and nothing is remembered besides.
/// </summary>
/// <param name="folder">Where the keys lie.</param>
/// <param name="box">What encrypts.</param>
/// <param name="data">Where the secrets lie.</param>
/// <param name="tenants">Whose they are.</param>
/// <param name="faults">Where tests interrupt it.</param>
public sealed class SecretExchange(DataFolder folder, SecretBox box, Data data, Tenants tenants, IFaultPoints faults) : IDisposable
{
    /// <summary>The secret that secrets in the database are encrypted with; all nodes have the same.</summary>
    internal const string Secret = "identity";

    private readonly SemaphoreSlim one = new(1, 1);

    /// <inheritdoc />
    public void Dispose() => one.Dispose();

    /// <summary>Begins an exchange, or goes on with one that was broken off.</summary>
    public async Task<ExchangeView> RunAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            byte[] fresh = folder.ExchangeSecret(Secret);
            box.Exchange(fresh, folder.SecretBefore(Secret));
            faults.Reached("secrets:key-written");
            int renewed = 0, waiting = 0;
            // What was encrypted before the exchange can be committed behind it, so the end is when nothing is found.
            for (int found = -1; found != 0;)
            {
                found = waiting = 0;
                foreach (Tenant tenant in await tenants.ListAsync(cancellationToken))
                {
                    (int changed, int mails) = await data.WriteAsync(new SystemActor(tenant.Id, "secrets"), db => (Renew(db), Waiting(db)), cancellationToken);
                    found += changed;
                    waiting += mails;
                    faults.Reached("secrets:tenant-done");
                }

                renewed += found;
            }

            if (waiting > 0) return new ExchangeView(renewed, waiting, Done: false);
            folder.ForgetSecretBefore(Secret);
            box.Exchange(fresh, null);
            return new ExchangeView(renewed, waiting, Done: true);
        }
        finally
        {
            one.Release();
        }
    }

    private int Renew(SwitchboardDb db)
    {
        int renewed = 0;
        foreach (UserCredential credential in db.Set<UserCredential>().Where(c => c.TotpSecret != null || c.PendingTotpSecret != null))
            Each(credential, SecondFactor.PurposeOf(credential.TenantId, credential.UserId), nameof(UserCredential.TotpSecret), nameof(UserCredential.PendingTotpSecret));
        foreach (SigningKey key in db.Set<SigningKey>()) Each(key, SigningKeys.PurposeOf(key), nameof(SigningKey.PrivateKey));
        foreach (WidgetKey key in db.Set<WidgetKey>()) Each(key, WidgetIdentity.PurposeOf(key.TenantId, key.Id), nameof(WidgetKey.Secret));
        foreach (WebhookEndpoint endpoint in db.Set<WebhookEndpoint>()) Each(endpoint, WebhookSecrets.PurposeOf(endpoint.TenantId, endpoint.Id), nameof(WebhookEndpoint.Secret), nameof(WebhookEndpoint.EarlierSecret));
        return renewed;

        void Each(object row, string purpose, params string[] columns)
        {
            foreach (string column in columns)
            {
                PropertyEntry property = db.Entry(row).Property(column);
                if (property.CurrentValue is not byte[] held || box.Renewed(held, purpose) is not { } fresh) continue;
                property.CurrentValue = fresh;
                renewed++;
            }
        }
    }

    private static int Waiting(SwitchboardDb db) => db.Set<OutboxEntry>().Count(e => e.Port == AccountMailPort.PortName && (e.Status == OutboxStatus.Pending || e.Status == OutboxStatus.Sending));
}
