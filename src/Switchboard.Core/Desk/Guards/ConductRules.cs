using System.Text.RegularExpressions;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Desk.Guards;

/// <summary>The rules of conduct: when nothing is sold, when a person takes over, and what a machine may say of itself.</summary>
internal static partial class ConductRules
{
    private static readonly DayHours wholeDay = new(0, 24 * 60);

    /// <summary>C1: something is sold to whom the quiet rules leave in peace. Who asked for it is answered.</summary>
    public static IEnumerable<GuardHit> SalesAgainstQuiet(GuardLook look)
    {
        if (look.Draft.CustomerMessages.Any(m => Sells().IsMatch(m) || Wants().IsMatch(m))) return [];
        var facts = new OutreachFacts
        {
            MarketingConsent = look.Facts.MarketingConsent ?? false,
            OpenIncident = look.Facts.OpenIncident ?? false,
            InDispute = look.Facts.InDispute ?? false,
            LastComplaint = look.Facts.LastComplaint,
            ContactHours = wholeDay,
        };
        QuietDecision quiet = look.Policies.Quiet.Decide(OutreachKind.Sales, facts, TimeZoneInfo.Utc, look.Now);
        return quiet.Allowed ? [] : look.Sentences.Where(s => Sells().IsMatch(s.Text)).Select(s => GuardHit.Of(s, quiet.Clauses[0].Text, string.Empty));
    }

    /// <summary>C2: a person must take over, and the draft gives nothing over.</summary>
    public static IEnumerable<GuardHit> NoHandOff(GuardLook look)
    {
        if (HandsOver().IsMatch(look.Draft.Text) || look.Draft.Actions.Any(a => a.Type.Contains("handoff", StringComparison.OrdinalIgnoreCase) || a.Type.Contains("escalat", StringComparison.OrdinalIgnoreCase))) yield break;
        bool Any(Regex pattern) => look.Draft.CustomerMessages.Any(m => pattern.IsMatch(m));
        EscalationDecision decision = look.Policies.Escalation.Decide(new EscalationFacts
        {
            AsksForHuman = Any(Person()),
            LegalThreat = Any(Law()),
            Press = Any(Press()),
            SecurityIncident = Any(Breach()),
            SelfHarm = Any(Harm()),
            Threat = Any(Threat()),
            Sentiments = look.Facts.Sentiments,
        });
        if (decision.Needed) yield return new GuardHit(0, look.Draft.Text.Length, $"A person takes over: {decision.Reasons[0].Clause.Text}");
    }

    /// <summary>C3: who asks whether a machine answers is told no.</summary>
    public static IEnumerable<GuardHit> DeniesBeingAMachine(GuardLook look) =>
        look.Draft.CustomerMessages.Any(m => AsksMachine().IsMatch(m)) ? look.Sentences.Where(s => DeniesMachine().IsMatch(s.Text)).Select(s => GuardHit.Of(s, "It denies that a machine answers.", string.Empty)) : [];

    /// <summary>C4: words for many, without a way out.</summary>
    public static IEnumerable<GuardHit> BulkWithoutOptOut(GuardLook look) =>
        OptOut().IsMatch(look.Draft.Text) ? [] : look.Sentences.Where(s => Bulk().IsMatch(s.Text)).Select(s => GuardHit.Of(s, "It is written to many and has no way out of the list."));

    [GeneratedRegex(@"\b(upgrad(e|ing) (you|your|to|now|today)|move you to|switch(ing)? (you |your \w+ )?to (our )?(basic|premium|enterprise|annual|a higher)|try (our )?(basic|premium|enterprise)|special offer|limited[- ]time|buy (now|more|additional|our|an?)|purchase (an?|our|more|additional)|add (the |our )?add-on|only today|sign up for (our )?(basic|premium|enterprise))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Sells();

    [GeneratedRegex(@"\b((want|like|need|how (do|can) (i|we)|can (i|we)) (to )?(upgrade|buy|purchase|switch)|how much (is|are|does|would)|price of|pricing)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Wants();

    [GeneratedRegex(@"\b(hand(ed|ing)? (you |this |it )?over|pass(ed|ing)? (you|this|it) (on )?to|connect(ed|ing)? you (with|to)|transfer(red|ring)? you|a (colleague|person|human|member of (our|the) team|specialist) (will|is|has|takes)|(our|the) team will (take|contact|get|answer|reply|be)|forwarded (this|your|it)|escalat\w+)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex HandsOver();

    [GeneratedRegex(@"\b((talk|speak|chat) (to|with) (a |an |some)?(real |actual )?(person|human|someone|somebody|agent|representative|manager|supervisor|body)|(get|give|want|need|connect) (me )?(to |with )?(a |an )?(real |actual |live )?(person|human|representative|manager|supervisor)|human (agent|please|being))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Person();

    [GeneratedRegex(@"\b(my (lawyer|attorney|solicitor)|legal action|take you to court|sue (you|your)|see you in court|lawsuit|small claims)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Law();

    [GeneratedRegex(@"\b(i am a (journalist|reporter)|writing (an article|a story) about you|go to the (press|media|newspapers?)|tell the (press|media))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Press();

    [GeneratedRegex(@"\b((been|was|were|got) (hacked|breached|compromised)|data (breach|leak)|someone (logged|broke) in(to)?|ransomware|unauthori[sz]ed access)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Breach();

    [GeneratedRegex(@"\b(kill myself|end my life|suicide|suicidal|hurt myself|harm myself|don't want to live)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Harm();

    [GeneratedRegex(@"\b((kill|hurt|find|come after|shoot|beat) (you|your (staff|people|team))|bomb)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Threat();

    [GeneratedRegex(@"\b((are you|is this|am i (talking|speaking|chatting) (to|with)) (a |an |really a |actually a )?(bot|robot|machine|ai|computer|human|real person|person|chatbot))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex AsksMachine();

    [GeneratedRegex(@"\b(i am|i'm|you are (talking|speaking) (to|with)) (a |an )?(real |actual )?(human|person)\b|\b(i am|i'm|this is) not (a |an )?(bot|robot|machine|ai|computer|chatbot)\b|\bno,? (i am|i'm) (a |an )?(real |actual )?(human|person)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex DeniesMachine();

    [GeneratedRegex(@"\b(dear (customers?|users?|subscribers?|all)|all (of )?our (customers|users|subscribers)|newsletter|excited to announce|you are receiving this)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Bulk();

    [GeneratedRegex(@"\b(unsubscribe|opt[- ]out|stop receiving|manage your (preferences|subscription))\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex OptOut();
}
