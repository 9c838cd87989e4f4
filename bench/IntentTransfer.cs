using System.Text.Json;
using Switchboard.Core.Understanding.Intents;

namespace Switchboard.Bench;

/// <summary>Trained on one set and asked another: what a model learnt from templates is worth with people. The tables say which labels of the two sets mean the same.</summary>
internal static class IntentTransfer
{
    private static readonly Dictionary<string, string[]> banking = new(StringComparer.Ordinal)
    {
        ["request_refund"] = ["get_refund", "check_refund_policy"],
        ["Refund_not_showing_up"] = ["track_refund"],
        ["passcode_forgotten"] = ["recover_password"],
        ["terminate_account"] = ["delete_account"],
        ["edit_personal_details"] = ["edit_account", "change_shipping_address"],
        ["card_arrival"] = ["track_order", "delivery_period"],
        ["card_delivery_estimate"] = ["delivery_period", "delivery_options"],
        ["order_physical_card"] = ["place_order"],
        ["cancel_transfer"] = ["cancel_order"],
        ["unable_to_verify_identity"] = ["registration_problems"],
        ["declined_card_payment"] = ["payment_issue"],
        ["top_up_failed"] = ["payment_issue"],
    };

    private static readonly Dictionary<string, string[]> retail = new(StringComparer.Ordinal)
    {
        ["cancel_pending_order"] = ["cancel_order"],
        ["modify_pending_order_items"] = ["change_order"],
        ["exchange_delivered_order_items"] = ["change_order"],
        ["modify_pending_order_address"] = ["change_shipping_address", "set_up_shipping_address"],
        ["modify_user_address"] = ["change_shipping_address", "set_up_shipping_address", "edit_account"],
        ["return_delivered_order_items"] = ["get_refund", "check_refund_policy"],
        ["transfer_to_human_agents"] = ["contact_human_agent", "contact_customer_service"],
    };

    public static IEnumerable<IntentBenchmark.Row> Run(string data, IReadOnlyList<IntentExample> bitext, IntentPeer peer)
    {
        if (Directory.Exists(Path.Combine(data, "banking77")))
        {
            IntentExample[] asked = [.. LabelledMessages.Read(Path.Combine(data, "banking77")).Where(e => banking.ContainsKey(e.Label))];
            foreach (IntentBenchmark.Row row in Ask("Bitext to BANKING77", bitext, asked, (e, answer) => banking[e.Label].Contains(answer), peer)) yield return row;
        }
        string tasks = Path.Combine(data, "tau2", "retail", "tasks.json");
        if (File.Exists(tasks))
        {
            IntentExample[] asked = [.. Reasons(tasks)];
            foreach (IntentBenchmark.Row row in Ask("Bitext to tau2 retail", bitext, asked, (e, answer) => e.Label.Split('|').Contains(answer), peer)) yield return row;
        }
    }

    private static IEnumerable<IntentBenchmark.Row> Ask(string name, IReadOnlyList<IntentExample> learnt, IntentExample[] asked, Func<IntentExample, string, bool> right, IntentPeer peer)
    {
        var tally = new IntentBenchmark.Tally(peer);
        tally.Ask(learnt, asked, right);
        IntentBenchmark.Row row = tally.Row(name);
        yield return row;
        IntentPeer.Answer bayes = peer.Ask(new([.. learnt.Select(e => new[] { e.Text, e.Label })], [.. asked.Select(e => e.Text)], Bayes: true));
        yield return row with { Name = "  the same, peer naive Bayes", PeerRight = asked.Zip(bayes.Answers).Average(p => right(p.First, p.Second) ? 1.0 : 0) };
    }

    /// <summary>Why a customer calls, with the labels of all effects the task asks for; any of them is right.</summary>
    private static IEnumerable<IntentExample> Reasons(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        foreach (JsonElement task in json.RootElement.EnumerateArray())
        {
            string[] labels = [.. task.GetProperty("evaluation_criteria").GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("name").GetString()!).Where(retail.ContainsKey).SelectMany(n => retail[n]).Distinct()];
            if (labels.Length > 0) yield return new IntentExample(task.GetProperty("user_scenario").GetProperty("instructions").GetProperty("reason_for_call").GetString()!, string.Join('|', labels));
        }
    }
}
