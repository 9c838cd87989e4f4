using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Success;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Tests.Seeding;

public sealed class GeneratedRowsTests
{
    private static readonly GeneratedWorld world = new(120);
    private static readonly GeneratedWorld big = new(500, 2);

    [Fact]
    public void The_same_request_gives_the_same_rows_to_the_byte_and_another_seed_gives_others()
    {
        string first = Hash(new GeneratedWorld());
        Hash(new GeneratedWorld()).ShouldBe(first);
        Hash(new GeneratedWorld(seed: 2)).ShouldNotBe(first);
    }

    [Fact]
    public void A_customer_is_written_alike_whether_or_not_those_before_it_are_written_too()
    {
        List<string> whole = [.. new GeneratedWorld(280).Customers.Select(Text)];
        List<string> rest = [.. new GeneratedWorld(280, from: 240).Customers.Select(Text)];
        rest.Count.ShouldBeLessThan(whole.Count);
        whole.TakeLast(rest.Count).ShouldBe(rest, "numbers of invoices are counted on");
    }

    [Fact]
    public void There_are_about_120_rows_a_customer_and_year()
    {
        (world.Customers.Count / 120.0).ShouldBeInRange(85, 150);
        (big.Customers.Count / 1000.0).ShouldBeInRange(85, 150);
    }

    [Fact]
    public void Ids_are_unique_and_of_version_7_and_tell_the_time()
    {
        List<TenantRow> rows = [.. world.Shared.Concat(world.Customers)];
        rows.Select(r => r.Id).Distinct().Count().ShouldBe(rows.Count);
        rows.ShouldAllBe(r => r.Id.Version == 7 && r.Id.Variant >= 8 && r.Id.Variant <= 11);
        foreach (Message message in world.Of<Message>()) Milliseconds(message.Id).ShouldBe(message.CreatedAt.ToUnixTimeMilliseconds());
        List<Customer> customers = world.Of<Customer>();
        customers.OrderBy(c => c.Id).ShouldBe(customers.OrderBy(c => c.Since));
    }

    [Fact]
    public void Invoice_numbers_have_no_gap_go_on_from_those_before_and_follow_the_order_of_issue()
    {
        List<Invoice> invoices = [.. world.Of<Invoice>().OrderBy(i => i.IssuedAt)];
        invoices.Count.ShouldBeGreaterThan(50);
        foreach (IGrouping<int, InvoiceNumber> year in invoices.Select(Number).GroupBy(n => n.Year))
        {
            int before = year.Key == 2026 ? 7 : 0;
            year.Select(n => n.Place).ShouldBe(Enumerable.Range(before + 1, year.Count()));
            world.Plan.LastNumbers[year.Key].ShouldBe(before + year.Count());
        }

        invoices.Where(i => Number(i).Year != i.IssuedAt!.Value.Year).ShouldBeEmpty();

        static InvoiceNumber Number(Invoice invoice) => InvoiceNumber.TryParse(invoice.Number!, out InvoiceNumber number) ? number : throw new FormatException(invoice.Number);
    }

    [Fact]
    public void Each_paid_invoice_was_paid_once_and_no_refund_is_more_than_was_paid()
    {
        ILookup<Guid, Payment> payments = big.Of<Payment>().ToLookup(p => p.InvoiceId);
        ILookup<Guid, Refund> refunds = big.Of<Refund>().ToLookup(r => r.PaymentId);
        foreach (Invoice invoice in big.Of<Invoice>())
        {
            List<Payment> came = [.. payments[invoice.Id].Where(p => p.Status is PaymentStatus.Succeeded or PaymentStatus.Refunded)];
            came.Count(p => refunds[p.Id].All(r => r.Reason != "duplicate")).ShouldBe(invoice.Status == InvoiceStatus.Paid ? 1 : 0, invoice.Number);
            payments[invoice.Id].ShouldAllBe(p => p.Amount == invoice.Total && p.CreatedAt > invoice.IssuedAt);
            if (invoice.Status == InvoiceStatus.Paid) invoice.PaidAt.ShouldBe(came.Min(p => p.CreatedAt));
            invoice.Subtotal.ShouldBe(invoice.Lines.Sum(l => l.Amount));
            (decimal.Round(invoice.Total, 2) == invoice.Total).ShouldBeTrue();
        }

        refunds.Count.ShouldBeGreaterThan(5);
        foreach (Payment payment in big.Of<Payment>())
        {
            decimal back = refunds[payment.Id].Sum(r => r.Amount);
            back.ShouldBeLessThanOrEqualTo(payment.Status is PaymentStatus.Failed ? 0 : payment.Amount);
            (payment.Status == PaymentStatus.Refunded).ShouldBe(back == payment.Amount, payment.Id.ToString());
        }

        big.Of<Refund>().ShouldAllBe(r => (r.Amount > 100) == (r.ApprovedBy != null));
        big.Of<Credit>().ShouldAllBe(c => c.Used >= 0 && c.Used <= c.Amount);
        big.Of<Credit>().ShouldContain(c => c.Used > 0);
        decimal used = big.Of<Invoice>().SelectMany(i => i.Lines).Where(l => l.Description.StartsWith("Credit:")).Sum(l => -l.Amount);
        used.ShouldBe(big.Of<Credit>().Sum(c => c.Used));
    }

    [Fact]
    public void Soft_declines_are_tried_again_after_1_3_5_and_7_days_and_hard_ones_never()
    {
        string[] hard = ["stolen_card", "lost_card", "fraud", "invalid_account", "expired_card"];
        Dictionary<Guid, Invoice> invoices = big.Of<Invoice>().ToDictionary(i => i.Id);
        int soft = 0, never = 0;
        foreach (IGrouping<Guid, Payment> tries in big.Of<Payment>().Where(p => p.Status == PaymentStatus.Failed).GroupBy(p => p.InvoiceId))
        {
            List<Payment> failed = [.. tries.OrderBy(p => p.Attempt)];
            Invoice invoice = invoices[tries.Key];
            failed.Select(p => p.Attempt).ShouldBe(Enumerable.Range(1, failed.Count));
            if (hard.Contains(failed[0].DeclineCode))
            {
                failed.ShouldHaveSingleItem();
                never++;
                continue;
            }

            failed.Select(p => (p.CreatedAt.Date - failed[0].CreatedAt.Date).Days).ShouldBe(new[] { 0, 1, 3, 5, 7 }.Take(failed.Count));
            if (failed.Count == 5) (invoice.Status == InvoiceStatus.Uncollectible || invoice.PaidAt > failed[4].CreatedAt).ShouldBeTrue();
            soft++;
        }

        soft.ShouldBeGreaterThan(20);
        never.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void The_ledger_of_recurring_revenue_adds_up_for_each_subscription_at_each_instant()
    {
        ILookup<Guid, SubscriptionChange> ledger = big.Of<SubscriptionChange>().ToLookup(c => c.SubscriptionId);
        foreach (Subscription subscription in big.Of<Subscription>())
        {
            decimal mrr = 0;
            bool was = false;
            foreach (SubscriptionChange change in ledger[subscription.Id].OrderBy(c => c.At))
            {
                change.MrrBefore.ShouldBe(mrr);
                change.MrrAfter.ShouldNotBe(change.MrrBefore);
                change.Movement.ShouldBe(mrr == 0 ? (was ? MrrMovement.Reactivation : MrrMovement.New) : change.MrrAfter == 0 ? MrrMovement.Churn : change.MrrAfter > mrr ? MrrMovement.Expansion : MrrMovement.Contraction);
                (mrr, was) = (change.MrrAfter, true);
            }

            subscription.Mrr.ShouldBe(mrr);
            if (mrr == 0) continue;
            decimal seats = decimal.Round(subscription.SeatsTotal * subscription.UnitPrice * (1 - subscription.Discount), 2, MidpointRounding.ToEven);
            subscription.Mrr.ShouldBe(seats + subscription.AddOns.Sum(a => a.MonthlyAmount));
            subscription.Discount.ShouldBeInRange(0, 0.60m);
            subscription.SeatsUsed.ShouldBeInRange(1, subscription.SeatsTotal);
            if (subscription.Plan == "basic") subscription.SeatsTotal.ShouldBeLessThanOrEqualTo(25);
        }

        ledger.Count.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Messages_are_numbered_without_gaps_in_the_order_of_time_and_citations_are_found_in_the_article()
    {
        Dictionary<Guid, Conversation> conversations = world.Of<Conversation>().ToDictionary(c => c.Id);
        string body = "\nThis article helps when you have forgotten your password. It has two parts.\n";
        foreach (IGrouping<Guid, Message> talk in world.Of<Message>().GroupBy(m => m.ConversationId))
        {
            List<Message> messages = [.. talk.OrderBy(m => m.Sequence)];
            messages.Select(m => m.Sequence).ShouldBe(Enumerable.Range(1, messages.Count));
            messages.Select(m => m.CreatedAt).ShouldBeInOrder();
            messages[0].Author.ShouldBe(MessageAuthor.Customer);
            messages[0].Text.ShouldBe(conversations[talk.Key].Subject);
            conversations[talk.Key].HumanMessages.ShouldBe(messages.Count(m => m.Author == MessageAuthor.Human));
        }

        List<Citation> cited = [.. world.Of<Message>().SelectMany(m => m.Citations)];
        cited.ShouldNotBeEmpty();
        cited.ShouldAllBe(c => body.Substring(c.Start, c.End - c.Start) == c.Quote);
        conversations.Values.ShouldAllBe(c => c.Pauses.All(p => p.Until == null || p.Until > p.From));
        foreach (CsatRating rating in world.Of<CsatRating>()) conversations[rating.ConversationId].Csat.ShouldBe(rating.Score);
    }

    [Fact]
    public void No_row_lies_outside_its_customers_life_or_in_the_future()
    {
        Dictionary<Guid, Customer> customers = big.Of<Customer>().ToDictionary(c => c.Id);
        int left = 0;
        foreach (ICustomerOwned row in big.Customers.OfType<ICustomerOwned>().Where(r => r.CustomerId is not null))
        {
            Customer customer = customers[row.CustomerId!.Value];
            DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds(((TenantRow)row).Id));
            // An id tells milliseconds, a row microseconds; and a day's health is of its evening.
            at.ShouldBeGreaterThanOrEqualTo(customer.Since.AddMilliseconds(-1), row.GetType().Name);
            at.ShouldBeLessThanOrEqualTo(customer.ChurnedAt ?? big.End, $"{row.GetType().Name} of {customer.Name}");
            if (customer.ChurnedAt is not null) left++;
        }

        left.ShouldBeGreaterThan(100);
        big.Of<MetricPoint>().ShouldAllBe(p => p.Day < big.Request.Until);
    }

    [Fact]
    public void The_parts_of_a_health_add_up_to_its_score()
    {
        List<HealthSnapshot> all = world.Of<HealthSnapshot>();
        all.ShouldNotBeEmpty();
        all.ShouldAllBe(h => Math.Abs(h.Score - (h.Usage + h.Engagement + h.Finance + h.Support + h.Relationship)) < 0.01 && h.Score >= 0 && h.Score <= 100);
        // Not all alike: each part moves.
        foreach (Func<HealthSnapshot, double> part in (Func<HealthSnapshot, double>[])[h => h.Usage, h => h.Engagement, h => h.Finance, h => h.Support, h => h.Relationship]) all.Select(part).Distinct().Count().ShouldBeGreaterThan(1);
    }

    private static long Milliseconds(Guid id) => (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(id.ToByteArray(bigEndian: true)) >> 16);

    private static string Text(TenantRow row) => $"{row.GetType().Name} {JsonSerializer.Serialize(row, row.GetType(), Json.Options)}";

    private static string Hash(GeneratedWorld world) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', world.Shared.Concat(world.Customers).Select(Text)))));
}
