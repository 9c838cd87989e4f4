using Switchboard.Server.Cli;

namespace Switchboard.Server.Tests;

public sealed class AmountTests
{
    [Theory]
    [InlineData(0, "runs", "0 runs")]
    [InlineData(1, "runs", "1 run")]
    [InlineData(2, "runs", "2 runs")]
    [InlineData(1, "entries", "1 entry")]
    [InlineData(1, "more places", "1 more place")]
    [InlineData(1, "usage", "1 usage")]
    [InlineData(12345678901, "bytes", "12345678901 bytes")]
    public void A_noun_agrees_with_its_number(long count, string nouns, string words) => Amount.Of(count, nouns).ShouldBe(words);

    [Theory]
    [InlineData(0, "0 rows are wrong")]
    [InlineData(1, "1 row is wrong")]
    [InlineData(2, "2 rows are wrong")]
    public void What_is_said_of_it_agrees_too(long count, string words) => Amount.Of(count, "rows", "is wrong", "are wrong").ShouldBe(words);
}
