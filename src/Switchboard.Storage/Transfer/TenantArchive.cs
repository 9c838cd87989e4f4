using Switchboard.Core.Agents;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Transfer;

/// <summary>A file of an archive.</summary>
/// <param name="Entity">The entity, as <see cref="EntityAccess"/> names it.</param>
/// <param name="File">The file.</param>
/// <param name="Rows">How many rows it has, one a line.</param>
/// <param name="Sha256">Hash of its bytes in lower-case hexadecimal.</param>
public sealed record ArchivedEntity(string Entity, string File, long Rows, string Sha256);

/// <summary>What an archive does not hold, and why.</summary>
public sealed record LeftOut(string Entity, string Reason);

/// <summary>The tenant's own settings. Its id and slug are not among them: an archive belongs to no tenant.</summary>
public sealed record ArchivedTenant(string Name, string Currency, string TimeZone, string Locale);

/// <summary>What stands in <c>manifest.json</c>.</summary>
public sealed record ArchiveManifest(string Format, int Version, ArchivedTenant Tenant, IReadOnlyList<ArchivedEntity> Entities, IReadOnlyList<LeftOut> LeftOut)
{
    /// <summary>The manifest's name in the archive.</summary>
    public const string FileName = "manifest.json";

    /// <summary>What the archive calls itself.</summary>
    public const string FormatName = "switchboard-tenant";

    /// <summary>The version that is written and read.</summary>
    public const int CurrentVersion = 1;

    private const string signIn = "Passwords, tokens, sessions, signing keys and links to other providers belong to this installation; users set a new password where the archive is imported.";

    private const string webhooks = "Receivers are told by this installation, under secrets of its own; make them anew where the archive is imported.";

    /// <summary>What an archive never holds.</summary>
    internal static IReadOnlyDictionary<Type, string> NotArchived { get; } = new Dictionary<Type, string>
    {
        [typeof(ApiKey)] = "Keys are secrets of those who call; make new ones where the archive is imported.",
        [typeof(AnsweredCall)] = "Answers are kept for a day for those who call this installation, and can be read by it alone.",
        [typeof(UserCredential)] = signIn,
        [typeof(AccountToken)] = signIn,
        [typeof(UserSession)] = signIn,
        [typeof(RefreshToken)] = signIn,
        [typeof(SigningKey)] = signIn,
        [typeof(ExternalIdentity)] = signIn,
        [typeof(SpentSignIn)] = signIn,
        [typeof(ProofCode)] = signIn,
        [typeof(WidgetKey)] = "Keys by which pages say who writes are secrets of this installation; make a new one where the archive is imported.",
        [typeof(AuditEntry)] = "The audit tells what was done in this installation; its hashes hold for this tenant alone.",
        [typeof(WebhookEndpoint)] = webhooks,
        [typeof(WebhookDelivery)] = webhooks,
        [typeof(EmbeddingModel)] = "Vectors follow from the articles; they are made again where the archive is imported.",
        [typeof(IntentModelVersion)] = "Classifiers follow from the corrections; they are trained again where the archive is imported.",
        [typeof(PassageVector)] = "Vectors follow from the articles; they are made again where the archive is imported.",
    };

    /// <summary>Whether rows of the entity belong to signing in on one installation.</summary>
    internal static bool IsOfSignIn(Type entity) => NotArchived.TryGetValue(entity, out string? reason) && reason == signIn;
}

/// <summary>An archive cannot be imported; nothing was changed.</summary>
public sealed class ArchiveException(string message) : Exception(message);
