namespace Switchboard.Domain.Organisation;

/// <summary>A key by which a tenant's own pages say who writes to the widget. The last one made counts, and the one before for a while.</summary>
public sealed class WidgetKey : TenantRow
{
    /// <summary>The key, encrypted.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops counting; null for the last one.</summary>
    public DateTimeOffset? EndsAt { get; set; }
}
