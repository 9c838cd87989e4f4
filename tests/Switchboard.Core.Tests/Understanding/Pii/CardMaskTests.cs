using Switchboard.Core.Runs;
using Switchboard.Core.Understanding;
using Switchboard.Core.Understanding.Pii;
using Switchboard.Domain.Identity;

namespace Switchboard.Core.Tests.Understanding.Pii;

public sealed class CardMaskTests
{
    [Theory]
    [InlineData("my card 4111 1111 1111 1111 was declined", "my card ****1111 was declined")]
    [InlineData("4111-1111-1111-1111, or 5500005555555559?", "****1111, or ****5559?")]
    [InlineData("order 4111 1111 1111 1112", "order 4111 1111 1111 1112")]
    [InlineData("INV-2026-00042 of 1,234.50", "INV-2026-00042 of 1,234.50")]
    [InlineData("****1111", "****1111")]
    [InlineData("", "")]
    public void Of_a_card_the_last_four_digits_stay(string text, string masked) => CardMask.Apply(text).ShouldBe(masked);

    [Theory]
    [InlineData("the one ending ****1111 please", true)]
    [InlineData("*****1111", false)]
    [InlineData("****11112", false)]
    [InlineData("****111", false)]
    public void A_masked_card_is_still_seen_to_be_one(string text, bool isCard) =>
        TextContexts.Values(text, EntityTypes.PaymentCard).ShouldBe(isCard ? ["****1111"] : []);

    [Fact]
    public void What_is_accepted_for_storage_holds_no_card_number()
    {
        var actor = new SystemActor(Guid.CreateVersion7(), "test");
        var customer = new AcceptTurn { Actor = actor, ConversationId = Guid.Empty, MessageId = Guid.Empty, RunId = Guid.Empty, Text = "pay with 4111111111111111", At = TextContexts.Now };
        customer.Text.ShouldBe("pay with ****1111");
        (customer with { Text = "or 5500005555555559" }).Text.ShouldBe("or ****5559");
        new HumanMessage(actor, Guid.Empty, Guid.Empty, Guid.Empty, "you said 4111111111111111", IsPrivate: true, TextContexts.Now).Text.ShouldBe("you said ****1111");
    }
}
