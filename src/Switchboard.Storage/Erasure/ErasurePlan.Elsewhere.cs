using Switchboard.Domain.Billing;
using Switchboard.Domain.Market;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Erasure;

/// <summary>What holds nothing of a customer.</summary>
internal static partial class ErasurePlan
{
    private const string house = "The tenant's own: its staff, keys and settings.";
    private const string library = "What the tenant wrote for everybody.";
    private const string market = "Other companies' products and what can be read of them in public.";
    private const string sums = "Figures of many.";

    private static IEnumerable<ErasedEntity> Elsewhere() =>
    [
        new ErasedEntity<InvoiceCounter>().Leave(sums),
        new ErasedEntity<Battlecard>().Leave(market, nameof(Battlecard.Author), nameof(Battlecard.Body)),
        new ErasedEntity<Competitor>().Leave(market, nameof(Competitor.Aliases), nameof(Competitor.Name), nameof(Competitor.Website)),
        new ErasedEntity<CompetitorChange>().Leave(market, nameof(CompetitorChange.Kind), nameof(CompetitorChange.Source), nameof(CompetitorChange.Text)),
        new ErasedEntity<CompetitorReview>().Leave(market, nameof(CompetitorReview.Source), nameof(CompetitorReview.Text)),
        new ErasedEntity<FeatureMatrixCell>().Leave(market, nameof(FeatureMatrixCell.Evidence), nameof(FeatureMatrixCell.Feature), nameof(FeatureMatrixCell.Them), nameof(FeatureMatrixCell.Us)),
        new ErasedEntity<Anomaly>().Leave(sums, nameof(Anomaly.Dimension), nameof(Anomaly.Metric), nameof(Anomaly.Status)),
        new ErasedEntity<Experiment>().Leave(sums, nameof(Experiment.Hypothesis), nameof(Experiment.Metric), nameof(Experiment.Variants)),
        new ErasedEntity<MetricPoint>().Leave(sums, nameof(MetricPoint.Dimension), nameof(MetricPoint.Metric)),
        new ErasedEntity<RetentionPolicy>().Leave(house, nameof(RetentionPolicy.Action), nameof(RetentionPolicy.Entity)),
        new ErasedEntity<SecurityFinding>().Leave(house, nameof(SecurityFinding.Kind), nameof(SecurityFinding.Place), nameof(SecurityFinding.Severity), nameof(SecurityFinding.Status), nameof(SecurityFinding.Text)),
        new ErasedEntity<WebhookEndpoint>().Leave(house, nameof(WebhookEndpoint.Description), nameof(WebhookEndpoint.DisabledReason), nameof(WebhookEndpoint.EarlierSecret), nameof(WebhookEndpoint.Events), nameof(WebhookEndpoint.Secret), nameof(WebhookEndpoint.Url)),
        new ErasedEntity<AccountToken>().Leave(house, nameof(AccountToken.Hash)),
        new ErasedEntity<ApiKey>().Leave(house, nameof(ApiKey.Hash), nameof(ApiKey.Name), nameof(ApiKey.Prefix), nameof(ApiKey.Scopes)),
        new ErasedEntity<ExternalIdentity>().Leave(house, nameof(ExternalIdentity.Issuer), nameof(ExternalIdentity.Provider), nameof(ExternalIdentity.Subject)),
        new ErasedEntity<PolicyDocument>().Leave(house, nameof(PolicyDocument.Author), nameof(PolicyDocument.Changes), nameof(PolicyDocument.Yaml)),
        new ErasedEntity<RefreshToken>().Leave(house, nameof(RefreshToken.Hash)),
        new ErasedEntity<RoleScopes>().Leave(house, nameof(RoleScopes.Scopes)),
        new ErasedEntity<SigningKey>().Leave(house, nameof(SigningKey.PrivateKey), nameof(SigningKey.PublicKey)),
        new ErasedEntity<WidgetKey>().Leave(house, nameof(WidgetKey.Secret)),
        new ErasedEntity<SpentSignIn>().Leave(house, nameof(SpentSignIn.Hash)),
        new ErasedEntity<Tenant>().Leave(house, nameof(Tenant.Currency), nameof(Tenant.Locale), nameof(Tenant.Name), nameof(Tenant.Slug), nameof(Tenant.TimeZone)),
        new ErasedEntity<User>().Leave(house, nameof(User.Email), nameof(User.Languages), nameof(User.Name), nameof(User.Skills), nameof(User.Team), nameof(User.TimeZone)),
        new ErasedEntity<UserCredential>().Leave(house, nameof(UserCredential.PasswordHash), nameof(UserCredential.PendingTotpSecret), nameof(UserCredential.RecoveryCodes), nameof(UserCredential.TotpSecret)),
        new ErasedEntity<UserSession>().Leave(house, nameof(UserSession.Address), nameof(UserSession.Device), nameof(UserSession.RevokedReason)),
        new ErasedEntity<ProductFeature>().Leave(library, nameof(ProductFeature.Area), nameof(ProductFeature.Description), nameof(ProductFeature.Key), nameof(ProductFeature.Name), nameof(ProductFeature.Plan), nameof(ProductFeature.ReplacedBy), nameof(ProductFeature.Synonyms)),
        new ErasedEntity<RoadmapItem>().Leave(library, nameof(RoadmapItem.Feature), nameof(RoadmapItem.TargetQuarter), nameof(RoadmapItem.Title)),
        new ErasedEntity<SdkRelease>().Leave(library, nameof(SdkRelease.Language), nameof(SdkRelease.MinimumRuntime), nameof(SdkRelease.Version)),
        new ErasedEntity<EmbeddingModel>().Leave(library, nameof(EmbeddingModel.Name), nameof(EmbeddingModel.Weights)),
        new ErasedEntity<Incident>().Leave("What broke, for all; customers are named by id.", nameof(Incident.AffectedCustomers), nameof(Incident.Component), nameof(Incident.Title), nameof(Incident.Updates)),
        new ErasedEntity<KbArticle>().Leave(library, nameof(KbArticle.Audience), nameof(KbArticle.Body), nameof(KbArticle.Category), nameof(KbArticle.ContentHash), nameof(KbArticle.ExternalId), nameof(KbArticle.HoldReason), nameof(KbArticle.Language), nameof(KbArticle.Slug), nameof(KbArticle.SourcePath), nameof(KbArticle.Tags), nameof(KbArticle.Title)),
        new ErasedEntity<KbArticleVersion>().Leave(library, nameof(KbArticleVersion.Body), nameof(KbArticleVersion.Category), nameof(KbArticleVersion.Language), nameof(KbArticleVersion.Title)),
        new ErasedEntity<LinkStatus>().Leave(library, nameof(LinkStatus.Url)),
        new ErasedEntity<PassageVector>().Leave(library, nameof(PassageVector.PassageHash), nameof(PassageVector.Vector)),
        new ErasedEntity<QualityReport>().Leave(library, nameof(QualityReport.Findings), nameof(QualityReport.Verdict)),
        new ErasedEntity<Synonym>().Leave(library, nameof(Synonym.Language), nameof(Synonym.Means), nameof(Synonym.Source), nameof(Synonym.Term)),
    ];
}
