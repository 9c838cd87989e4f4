using Switchboard.Domain.Figures;

namespace Switchboard.Agents.Success;

/// <summary>Something to do.</summary>
/// <param name="Code">What, as a code.</param>
/// <param name="Text">What, in words.</param>
/// <param name="Evidence">The inputs it follows from.</param>
/// <param name="Impact">Points that can be won.</param>
public sealed record HealthAdvice(string Code, string Text, IReadOnlyList<string> Evidence, double Impact)
{
    internal static HealthAdvice Of(HealthTerm term)
    {
        (string code, string text) = term.Input switch
        {
            "dau" => ("raise_daily_use", "Bring more people of the account to the product on a working day."),
            "adopted" => ("adopt_features", "Show the features of the plan that nobody uses regularly."),
            "automations" => ("add_automations", "Set up more automations with the account."),
            "nps" => ("raise_nps", "Ask those who would not recommend us what is missing."),
            "daysSinceLogin" => ("bring_back", "Reach out: nobody signed in lately."),
            "sessions" => ("raise_sessions", "Give the people reasons to sign in more often."),
            "pastDue" => ("settle_past_due", "Get the overdue invoice settled."),
            "failedPayments" => ("mend_payment_method", "Ask for a payment method that works."),
            "cancelAtPeriodEnd" => ("win_back_cancellation", "Talk about why the subscription ends with its period."),
            "openS1S2" => ("close_severe_tickets", "Close the open tickets of severity S1 and S2."),
            "tickets" => ("reduce_tickets", "Find what makes the account ask so often."),
            "csat" => ("raise_csat", "Look into the conversations that were rated low."),
            "activeChampion" => ("win_champion", "Win somebody at the account who speaks for us."),
            "daysSinceMeeting" => ("hold_meeting", "Hold a meeting; the last one is more than 90 days ago."),
            _ => ("bring_plan_on_track", "Bring the success plan on track, or make one."),
        };
        return new HealthAdvice(code, text, [term.Input], HealthParts.Rounded(term.Most - term.Points));
    }
}
