using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Erasure;

/// <summary>
/// What erasing a customer does to every entity of the model: the one place that says it, and the order in which it is done. An entity or a column with text that nobody decided on
/// fails a test. Rows that others are found by come behind those.
/// </summary>
internal static partial class ErasurePlan
{
    /// <summary>Stands where a text must be.</summary>
    public const string Gone = Message.ErasedText;

    private const string code = "a code of the desk, or of the product, and no words of anybody";
    private const string booking = "the books need it: invoices, payments and credits are kept for the years the law says, without who it was";
    private const string figures = "figures are counted by it; it tells nothing of a person";
    private const string pseudonym = "ids of rows that are anonymous themselves";

    /// <summary>All entities, in the order in which they are erased.</summary>
    public static IReadOnlyList<ErasedEntity> All { get; } = [.. Engine(), .. Support(), .. Operations(), .. Product(), .. Billing(), .. Success(), .. Revenue(), .. Customers(), .. Elsewhere()];

    /// <summary>The name of a table in a report.</summary>
    public static string TableOf(SwitchboardDb db, ErasedEntity entity) => db.Model.FindEntityType(entity.Entity)!.GetTableName()!;

    private static CaseFile NoCase => new("", null, "", 0, [], [], "", "");
}
