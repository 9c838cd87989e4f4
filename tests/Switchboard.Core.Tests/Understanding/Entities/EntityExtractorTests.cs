using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Entities;

namespace Switchboard.Core.Tests.Understanding.Entities;

public sealed class EntityExtractorTests
{
    [Fact]
    public void A_refund_request_yields_action_money_invoice_and_the_friday_before()
    {
        const string text = "Refund the $1,234.50 from INV-2026-00042 please, paid last Friday";
        EntityExtractor.Extract(text, TextContexts.English).Select(e => (e.Type, e.Value, e.Start, e.End)).ShouldBe(
        [
            (EntityTypes.Action, "refund", 0, 6), (EntityTypes.Money, "1234.50 USD", 11, 20), (EntityTypes.Invoice, "INV-2026-00042", 26, 40),
            (EntityTypes.Action, "pay", 49, 53), (EntityTypes.Date, "2026-11-20", 54, 65),
        ]);
    }

    [Fact]
    public void A_date_that_reads_two_ways_has_both_readings_with_the_locales_first()
    {
        Entity date = EntityExtractor.Extract("due 03/04/2026", TextContexts.English).Single(e => e.Type == EntityTypes.Date);
        (date.Value, date.Alternative, date.Ambiguous).ShouldBe(("2026-03-04", "2026-04-03", true));
        Entity british = EntityExtractor.Extract("due 03/04/2026", TextContexts.English with { Locale = "en-GB" }).Single(e => e.Type == EntityTypes.Date);
        (british.Value, british.Alternative).ShouldBe(("2026-04-03", "2026-03-04"));
        EntityExtractor.Extract("due 23/04/2026", TextContexts.English).Single(e => e.Type == EntityTypes.Date).Ambiguous.ShouldBeFalse();
    }

    [Fact]
    public void A_card_keeps_its_last_four_digits_only()
    {
        Entity card = EntityExtractor.Extract("my card 4111 1111 1111 1111 was charged", TextContexts.English).Single(e => e.Type == EntityTypes.PaymentCard);
        (card.Text, card.Value, card.Start, card.End).ShouldBe(("****1111", "****1111", 8, 27));
        Json.Write(card).ShouldNotContain("4111");
    }

    [Theory]
    [InlineData("do not cancel my plan", true)]
    [InlineData("I don't want to cancel", true)]
    [InlineData("please cancel my plan", false)]
    [InlineData("this is not what I want, cancel it", false)]
    public void A_negated_action_says_so(string text, bool negated) =>
        EntityExtractor.Extract(text, TextContexts.English).Single(e => e is { Type: EntityTypes.Action, Value: "cancel" }).Negated.ShouldBe(negated);

    [Theory]
    [InlineData("en", "meet me tomorrow", "2026-11-23")]
    [InlineData("en", "it was the day before yesterday", "2026-11-20")]
    [InlineData("en", "3 days ago it worked", "2026-11-19")]
    [InlineData("en", "we renew on March 3rd, 2027", "2027-03-03")]
    [InlineData("en", "until January 5", "2027-01-05")]
    [InlineData("en", "next Wednesday", "2026-11-25")]
    [InlineData("en", "since 2025-12-31", "2025-12-31")]
    [InlineData("en", "on the 19th of November", "2026-11-19")]
    [InlineData("de", "bis zum 24.12.2026", "2026-12-24")]
    [InlineData("de", "am 3. März 2027", "2027-03-03")]
    [InlineData("de", "vor 3 Tagen bestellt", "2026-11-19")]
    [InlineData("de", "übermorgen bitte", "2026-11-24")]
    [InlineData("de", "in zwei Wochen", "2026-12-06")]
    [InlineData("fr", "le 14 juillet 2026", "2026-07-14")]
    [InlineData("fr", "il y a deux jours", "2026-11-20")]
    [InlineData("fr", "dans 3 jours", "2026-11-25")]
    [InlineData("fr", "lundi prochain", "2026-11-23")]
    [InlineData("es", "el 5 de mayo de 2026", "2026-05-05")]
    [InlineData("es", "hace tres días", "2026-11-19")]
    [InlineData("es", "pasado mañana", "2026-11-24")]
    [InlineData("pt", "no dia 7 de setembro de 2026", "2026-09-07")]
    [InlineData("pt", "há 2 semanas", "2026-11-08")]
    [InlineData("pt", "depois de amanhã", "2026-11-24")]
    [InlineData("it", "il 2 giugno 2026", "2026-06-02")]
    [InlineData("it", "tre giorni fa", "2026-11-19")]
    [InlineData("it", "tra 5 giorni", "2026-11-27")]
    public void Days_are_resolved_on_the_calendar(string language, string text, string day) =>
        TextContexts.Values(text, EntityTypes.Date, TextContexts.In(language)).ShouldBe([day]);

    [Fact]
    public void Today_is_the_day_in_the_contacts_time_zone()
    {
        var late = new DateTimeOffset(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);
        EntityContext tokyo = TextContexts.English with { Now = late, Zone = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(9), "east", "east") };
        TextContexts.Values("today", EntityTypes.Date, tokyo).ShouldBe(["2026-11-23"]);
        TextContexts.Values("today", EntityTypes.Date, TextContexts.English with { Now = late }).ShouldBe(["2026-11-22"]);
    }

    [Theory]
    [InlineData("en", "last week", "2026-11-09/2026-11-16")]
    [InlineData("en", "this month", "2026-11-01/2026-12-01")]
    [InlineData("en", "in the last 2 days", "2026-11-20/2026-11-23")]
    [InlineData("de", "letzten Monat", "2026-10-01/2026-11-01")]
    [InlineData("fr", "la semaine dernière", "2026-11-09/2026-11-16")]
    [InlineData("es", "el mes pasado", "2026-10-01/2026-11-01")]
    [InlineData("it", "la settimana scorsa", "2026-11-09/2026-11-16")]
    [InlineData("pt", "no mês passado", "2026-10-01/2026-11-01")]
    public void A_stretch_of_days_has_an_exclusive_end(string language, string text, string range) =>
        TextContexts.Values(text, EntityTypes.DateRange, TextContexts.In(language)).ShouldBe([range]);

    [Theory]
    [InlineData("from the 2nd to the 10th of May", "2027-05-02:from 2027-05-10:to")]
    [InlineData("from 17 - 19 July", "2026-07-17:from 2026-07-19:to")]
    [InlineData("by next Monday", "2026-11-23:by")]
    public void Ends_of_ranges_and_deadlines_have_their_roles(string text, string expected) =>
        string.Join(' ', EntityExtractor.Extract(text, TextContexts.English).Where(e => e.Type == EntityTypes.Date).Select(e => $"{e.Value}:{e.Role}")).ShouldBe(expected);

    [Theory]
    [InlineData("en", "call me at 8pm", "20:00")]
    [InlineData("en", "between 8 and 10", "08:00 10:00")]
    [InlineData("en", "half past 3 in the afternoon", "15:30")]
    [InlineData("en", "at 22:15", "22:15")]
    [InlineData("de", "um 15 Uhr", "15:00")]
    [InlineData("de", "um halb neun", "08:30")]
    [InlineData("fr", "à 15h30", "15:30")]
    [InlineData("es", "a las 5 de la tarde", "17:00")]
    public void Times_are_read_in_24_hours(string language, string text, string times) =>
        string.Join(' ', TextContexts.Values(text, EntityTypes.Time, TextContexts.In(language))).ShouldBe(times);

    [Theory]
    [InlineData("en", "I paid $1,234.50 for it", "1234.50 USD")]
    [InlineData("en", "it was twenty five euros", "25.00 EUR")]
    [InlineData("en", "a thousand pounds", "1000.00 GBP")]
    [InlineData("en", "EUR 20.5 were taken", "20.50 EUR")]
    [InlineData("de", "1.234,50 € wurden abgebucht", "1234.50 EUR")]
    [InlineData("de", "fünfundzwanzig Euro", "25.00 EUR")]
    [InlineData("de", "zweihundert Euro", "200.00 EUR")]
    [InlineData("fr", "12 500 € par an", "12500.00 EUR")]
    [InlineData("fr", "quatre-vingt-dix euros", "90.00 EUR")]
    [InlineData("es", "treinta y cinco euros", "35.00 EUR")]
    [InlineData("it", "venticinque euro", "25.00 EUR")]
    [InlineData("pt", "R$ 30,00", "30.00 BRL")]
    public void Money_has_its_amount_and_currency(string language, string text, string money) =>
        TextContexts.Values(text, EntityTypes.Money, TextContexts.In(language)).ShouldBe([money]);

    [Fact]
    public void An_amount_without_a_sign_takes_the_tenants_currency_and_says_so()
    {
        Entity money = EntityExtractor.Extract("I was charged 49.99 again", TextContexts.English).Single(e => e.Type == EntityTypes.Money);
        (money.Value, money.Assumed).ShouldBe(("49.99 USD", true));
        TextContexts.Values("we have 40 things", EntityTypes.Money).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("order number 4711", EntityTypes.Order, "4711")]
    [InlineData("my order #A-20391 is late", EntityTypes.Order, "A-20391")]
    [InlineData("invoice 202612345", EntityTypes.Invoice, "202612345")]
    [InlineData("Rechnungsnummer 88123", EntityTypes.Invoice, "88123")]
    [InlineData("account number 12345678", EntityTypes.Account, "12345678")]
    [InlineData("I get HTTP 429 since noon", EntityTypes.HttpStatus, "429")]
    [InlineData("error code E1234", EntityTypes.ErrorCode, "E1234")]
    [InlineData("it says ERR_CONNECTION_RESET", EntityTypes.ErrorCode, "ERR_CONNECTION_RESET")]
    [InlineData("a NullReferenceException came", EntityTypes.Exception, "NullReferenceException")]
    [InlineData("declined with insufficient_funds", EntityTypes.DeclineCode, "insufficient_funds")]
    [InlineData("since version 2.4.1", EntityTypes.Version, "2.4.1")]
    [InlineData("on v10.2", EntityTypes.Version, "10.2")]
    [InlineData("see https://example.com/help?x=1.", EntityTypes.Url, "https://example.com/help?x=1")]
    [InlineData("from 203.0.113.7", EntityTypes.Ip, "203.0.113.7")]
    [InlineData("id 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", EntityTypes.Uuid, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")]
    [InlineData("call +49 30 901820", EntityTypes.Phone, "+4930901820")]
    [InlineData("20 % off", EntityTypes.Percent, "20")]
    [InlineData("we need 30 seats", EntityTypes.Quantity, "30 seat")]
    [InlineData("for 2 hours", EntityTypes.Duration, "PT2H")]
    [InlineData("for three weeks", EntityTypes.Duration, "P3W")]
    [InlineData("my name is Ana Ruiz", EntityTypes.Person, "Ana Ruiz")]
    [InlineData("I work at Globex GmbH in Bonn", EntityTypes.Organisation, "Globex GmbH")]
    public void Each_type_is_found_with_its_value(string text, string type, string value) => TextContexts.Values(text, type).ShouldBe([value]);

    [Fact]
    public void Names_of_the_catalogue_are_found_through_one_typing_error()
    {
        EntityContext context = TextContexts.English with { Catalogue = [new CatalogueName("plan", "Professional", "pro"), new CatalogueName("add_on", "Audit Log", "audit"), new CatalogueName("plan", "Basic", "basic")] };
        EntityExtractor.Extract("move us from basic to Profesional with the audit log", context).Where(e => e.Source == EntitySource.Catalogue).Select(e => (e.Type, e.Value, e.Text)).ShouldBe(
            [("plan", "basic", "basic"), ("plan", "pro", "Profesional"), ("add_on", "audit", "audit log")]);
        // Five letters are too few for a guess.
        EntityExtractor.Extract("the basis of it", context).ShouldNotContain(e => e.Source == EntitySource.Catalogue);
    }
}
