using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Switchboard.Domain.Product;

namespace Switchboard.Storage.Model;

/// <summary>Table <c>product_features</c>.</summary>
internal sealed class ProductFeatureTable() : TenantTable<ProductFeature>("product_features")
{
    protected override void Map(EntityTypeBuilder<ProductFeature> builder) => builder.HasIndex(f => new { f.TenantId, f.Key }).IsUnique();
}

/// <summary>Table <c>roadmap_items</c>.</summary>
internal sealed class RoadmapItemTable() : TenantTable<RoadmapItem>("roadmap_items");

/// <summary>Table <c>feature_requests</c>.</summary>
internal sealed class FeatureRequestTable() : TenantTable<FeatureRequest>("feature_requests");

/// <summary>Table <c>oauth_clients</c>.</summary>
internal sealed class OauthClientTable() : TenantTable<OauthClient>("oauth_clients")
{
    protected override void Map(EntityTypeBuilder<OauthClient> builder) => builder.HasIndex(c => new { c.TenantId, c.ClientId }).IsUnique();
}

/// <summary>Table <c>sdk_releases</c>.</summary>
internal sealed class SdkReleaseTable() : TenantTable<SdkRelease>("sdk_releases")
{
    protected override void Map(EntityTypeBuilder<SdkRelease> builder) => builder.HasIndex(r => new { r.TenantId, r.Language, r.Version }).IsUnique();
}

/// <summary>Table <c>api_call_logs</c>.</summary>
internal sealed class ApiCallLogTable() : TenantTable<ApiCallLog>("api_call_logs")
{
    protected override void Map(EntityTypeBuilder<ApiCallLog> builder)
    {
        builder.HasIndex(l => new { l.TenantId, l.RequestId });
        builder.HasIndex(l => new { l.TenantId, l.CustomerId, l.At });
    }
}

/// <summary>Table <c>work_items</c>.</summary>
internal sealed class WorkItemTable() : TenantTable<WorkItem>("work_items");

/// <summary>Table <c>share_grants</c>.</summary>
internal sealed class ShareGrantTable() : TenantTable<ShareGrant>("share_grants")
{
    protected override void Map(EntityTypeBuilder<ShareGrant> builder) => builder.HasIndex(g => new { g.TenantId, g.WorkItemId, g.ContactId }).IsUnique();
}

/// <summary>Table <c>trash_items</c>.</summary>
internal sealed class TrashItemTable() : TenantTable<TrashItem>("trash_items");

/// <summary>Table <c>product_backups</c>.</summary>
internal sealed class ProductBackupTable() : TenantTable<ProductBackup>("product_backups");

/// <summary>Table <c>data_jobs</c>.</summary>
internal sealed class DataJobTable() : TenantTable<DataJob>("data_jobs");
