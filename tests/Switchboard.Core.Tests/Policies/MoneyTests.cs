using FsCheck;
using FsCheck.Fluent;
using Switchboard.Domain;

namespace Switchboard.Core.Tests.Policies;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("2.345", "USD", "2.34")]
    [InlineData("2.355", "USD", "2.36")]
    [InlineData("-2.345", "EUR", "-2.34")]
    [InlineData("2.5", "JPY", "2")]
    [InlineData("3.5", "JPY", "4")]
    [InlineData("1.2345", "KWD", "1.234")]
    [InlineData("1.2355", "BHD", "1.236")]
    [InlineData("1.00005", "CLF", "1.0000")]
    [InlineData("270", "USD", "270.00")]
    public void An_amount_is_rounded_half_even_to_the_minor_unit_of_its_currency(string amount, string currency, string rounded) =>
        new Money(decimal.Parse(amount), currency).Rounded().Amount.ToString().ShouldBe(rounded);

    [Fact]
    public void Two_currencies_never_meet()
    {
        Money dollars = new(1, "USD"), euros = new(1, "EUR");
        Should.Throw<InvalidOperationException>(() => dollars + euros).Message.ShouldContain("USD and EUR");
        Should.Throw<InvalidOperationException>(() => dollars - euros);
        Should.Throw<InvalidOperationException>(() => dollars < euros);
        Should.Throw<InvalidOperationException>(() => Money.Max(dollars, euros));
        Should.Throw<InvalidOperationException>(() => Money.Sum([euros], "USD"));
        (dollars == euros).ShouldBeFalse();
    }

    [Theory]
    [InlineData("usd")]
    [InlineData("US")]
    [InlineData("")]
    public void A_code_that_is_none_is_refused(string code) => Should.Throw<ArgumentException>(() => new Money(1, code)).Message.ShouldContain("ISO 4217");

    [Fact]
    public void Money_comes_back_from_json_as_it_went() => Json.Read<Money>(Json.Write(new Money(12.30m, "USD"))).ShouldBe(new Money(12.30m, "USD"));

    [Fact]
    public void Rounding_moves_an_amount_by_at_most_half_a_minor_unit_and_a_second_time_not_at_all() => Prop.ForAll(
        (from units in Gen.Choose(-1_000_000, 1_000_000) from currency in Gen.Elements("USD", "JPY", "KWD", "CLF") select new Money(units / 7m, currency)).ToArbitrary(),
        money =>
        {
            decimal half = 0.5m;
            for (int i = 0; i < Currencies.MinorDigits(money.Currency); i++) half /= 10;
            Math.Abs(money.Rounded().Amount - money.Amount).ShouldBeLessThanOrEqualTo(half);
            money.Rounded().Rounded().ShouldBe(money.Rounded());
            Math.Abs(money.RoundedDown().Amount).ShouldBeLessThanOrEqualTo(Math.Abs(money.Amount));
        }).QuickCheckThrowOnFailure();
}
