using Switchboard.Core.Transfer;
using Switchboard.Domain.Billing;

namespace Switchboard.Core.Tests.Transfer;

public sealed class FieldTextTests
{
    [Theory]
    [InlineData("2026-03-04", "2026-03-04T00:00:00")]
    [InlineData("2026-03-04T15:30:00+02:00", "2026-03-04T13:30:00")]
    [InlineData("2026-03-04 15:30", "2026-03-04T15:30:00")]
    [InlineData("2026-03-04T15:30:00.123456789Z", "2026-03-04T15:30:00.123456")]
    [InlineData("04.03.2026", "2026-03-04T00:00:00")]
    [InlineData("25/03/2026", "2026-03-25T00:00:00")]
    [InlineData("03/25/2026", "2026-03-25T00:00:00")]
    [InlineData("03/03/2026", "2026-03-03T00:00:00")]
    public void A_date_with_one_reading_is_read(string text, string at) =>
        Read(FieldType.Instant, text).Value.ShouldBe(DateTimeOffset.Parse(at + "Z"));

    [Fact]
    public void A_date_with_two_readings_is_refused_until_the_options_say_which()
    {
        ReadValue unsaid = Read(FieldType.Instant, "03/04/2026");
        unsaid.Problem.ShouldNotBeNull();
        unsaid.Fix!.ShouldContain("day_first");
        Read(FieldType.Instant, "03/04/2026", new ImportOptions { Dates = DateOrder.DayFirst }).Value.ShouldBe(new DateTimeOffset(2026, 4, 3, 0, 0, 0, TimeSpan.Zero));
        Read(FieldType.Instant, "03/04/2026", new ImportOptions { Dates = DateOrder.MonthFirst }).Value.ShouldBe(new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero));
        foreach (string none in new[] { "2026-02-30", "yesterday", "2026-13-01", "31/31/2026", "2026-03-04T25:00" }) Read(FieldType.Instant, none).Problem.ShouldNotBeNull(none);
    }

    [Theory]
    [InlineData("1234.56", 1234.56)]
    [InlineData("1,234.56", 1234.56)]
    [InlineData("1.234,56", 1234.56)]
    [InlineData("1234,5", 1234.5)]
    [InlineData("1,234,567", 1234567)]
    [InlineData("-12", -12)]
    [InlineData("2730.0299999999997", 2730.03)]
    public void A_number_with_one_reading_is_read(string text, double value) => Read(FieldType.Decimal, text).Value.ShouldBe((decimal)value);

    [Fact]
    public void A_number_with_two_readings_is_refused_until_the_options_say_which()
    {
        Read(FieldType.Decimal, "1,234").Fix!.ShouldContain("numbers=");
        Read(FieldType.Decimal, "1,234", new ImportOptions { Numbers = DecimalMark.Comma }).Value.ShouldBe(1.234m);
        Read(FieldType.Decimal, "1,234", new ImportOptions { Numbers = DecimalMark.Point }).Value.ShouldBe(1234m);
        foreach (string none in new[] { "ten", "1.23456", "12 EUR", "1e40", "NaN" }) Read(FieldType.Decimal, none).Problem.ShouldNotBeNull(none);
    }

    [Fact]
    public void A_choice_is_known_by_its_name_however_it_is_spelt_and_by_the_words_of_other_systems()
    {
        ImportField status = ImportKinds.Find("subscriptions")!.Field("status")!;
        foreach (string text in new[] { "past_due", "PastDue", "Past due", "PAST-DUE", "overdue" }) FieldText.Read(status, text, new ImportOptions()).Value.ShouldBe(SubscriptionStatus.PastDue, text);
        FieldText.Read(status, "sleeping", new ImportOptions()).Fix!.ShouldContain("past_due");
    }

    [Fact]
    public void Every_kind_has_a_name_of_its_own_and_sets_properties_that_exist()
    {
        ImportKinds.All.Select(k => k.Name).ShouldBeUnique();
        ImportKinds.All.SelectMany(k => k.Tables.Append(k.Name)).ShouldBeUnique();
        foreach (ImportKind kind in ImportKinds.All)
        {
            kind.Properties.Count.ShouldBe(kind.Covers.Count);
            kind.Fields.Select(f => f.Name).ShouldBeUnique();
            // A reference is imported before what refers to it.
            foreach (ImportField field in kind.Fields.Where(f => f.Refers is not null)) ImportKinds.PlaceOf(ImportKinds.Find(field.Refers!)!).ShouldBeLessThan(ImportKinds.PlaceOf(kind), $"{kind.Name}.{field.Name}");
            (kind.RefProperty is not null || kind.Entity.GetProperty("ExternalRef") is null).ShouldBeTrue(kind.Name);
        }
    }

    [Fact]
    public void An_imported_row_has_the_time_of_its_birth_in_its_id_and_is_found_by_the_rest()
    {
        DateTimeOffset born = new(2025, 5, 6, 7, 8, 9, TimeSpan.Zero);
        Guid id = RowIds.Make(born, "credits", "c-1");
        (id.Version, id.Variant & 0xC).ShouldBe((7, 8));
        DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16)).ShouldBe(born);
        RowIds.TailOf(id).ShouldBe(RowIds.TailOf("credits", "c-1"));
        RowIds.TailOf(RowIds.Make(born.AddYears(1), "credits", "c-1")).ShouldBe(RowIds.TailOf(id));
        new[] { RowIds.TailOf("credits", "c-2"), RowIds.TailOf("quotes", "c-1"), RowIds.TailOf(id) }.ShouldBeUnique();
    }

    private static ReadValue Read(FieldType type, string text, ImportOptions? options = null) => FieldText.Read(new ImportField("field", type), text, options ?? new ImportOptions());
}
