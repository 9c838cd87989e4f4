namespace Switchboard.Core.Routing;

/// <summary>What in a message makes a person take over. Each takes two things together, an actor and an act, so that no single word does: a question about data protection is no threat.</summary>
internal static class Alarms
{
    /// <summary>The codes that hold by the words alone, the strongest first.</summary>
    /// <param name="said">The message.</param>
    /// <param name="all">Whether all words count; in the replay of turns before they did, some do not.</param>
    public static IEnumerable<(string Code, string Evidence)> In(SaidText said, bool all = true)
    {
        if (AsksForHuman(said)) yield return ("customer_request", "asks for a person");
        if (said.Any("lawyer*", "attorney*", "solicitor*", "legal counsel", "court", "ombudsman", "regulator", "data protection authority", "sue", "suing", "lawsuit", "legal action", "legal steps", "legal proceedings", "small claims")
            && said.Any("will contact", "will be contacting", "will hear", "hear from", "will be in touch", "see you in", "sue you", "sue your", "going to sue", "will sue", "ill sue", "well sue", "suing you", "take legal", "taking legal", "file a", "filing a", "demand*", "unless",
                "or else", "otherwise we", "otherwise i", "press charges", "will take", "going to take", "will go to", "going to court", "take you to", "no choice", "report you", "instructed my", "instructed our", "contact you", "will write"))
            yield return ("legal_threat", "a legal actor or act, and a threat or demand");
        if (said.Any("journalist*", "reporter*", "newspaper*", "the press", "the media", "tv station", "news site", "magazine")
            && said.Any("im a", "i am a", "we are a", "writing", "story", "article about", "interview", "comment on", "go to the", "going to the", "contact the", "tell the", "will publish", "inform the", "talk to the"))
            yield return ("press", "a journalist writes, or the press is to be told");
        if ((all && said.Any("stole my", "stole our", "stolen my", "stolen our", "has stolen", "have stolen", "knows my password", "has my password", "hacked our", "hacked my", "hacked into", "taken over our account", "taken over my account", "account takeover", "account was taken over",
                "someone has access to our", "someone has access to my", "someone else is using my", "someone else is using our")
            || said.Any("data breach", "security breach", "been breached", "was breached", "been hacked", "was hacked", "got hacked", "were hacked", "was compromised", "is compromised", "been compromised", "were stolen", "was stolen", "stolen credentials", "stolen password", "got stolen",
                "key leaked", "key was leaked", "leaked api key", "leaked our", "someone logged in", "somebody logged in", "someone else logged in", "someone accessed", "somebody accessed", "unauthorised access", "unauthorized access", "unknown access", "unknown login", "ransomware", "stranger has access"))
            && !said.Any("policy", "do you handle", "in case of", "would you", "what happens if", "do you notify", "how do you"))
            yield return ("security_incident", "a breach, a stolen credential or an unknown access");
        if (said.Any("kill myself", "end my life", "hurt myself", "harm myself", "suicidal", "commit suicide", "want to die", "dont want to live", "do not want to live", "take my own life")) yield return ("self_harm", "somebody may harm themselves");
        if (said.Any("kill you", "hurt you", "i will find you", "ill find you", "shoot you", "burn down your", "bomb your", "bomb in your", "beat you up", "know where you live", "you will pay for this with your life", "come to your office and hurt")) yield return ("threat", "somebody is threatened");
    }

    /// <summary>How bad a fault sounds: S1, S2 or null. It is a wish until an incident or an agent confirms it.</summary>
    public static string? Severity(SaidText said, bool all = true) =>
        all && said.Any("data was lost", "data were lost", "data has been lost", "data is lost", "lost our data", "lost all my data", "down for everybody", "down for all of us") || said.Any("outage", "down for everyone", "data lost", "lost all our data", "all data is gone", "everything is down", "completely down", "system is down", "platform is down") ? "S1"
        : said.Any("cannot work at all", "cant work at all", "no way round", "no way around", "no workaround", "nobody can work", "cannot work", "completely blocked") ? "S2" : null;

    private static bool AsksForHuman(SaidText said) => said.Any(
        "get me a person", "get me a human", "talk to a human", "talk to a person", "talk to a real person", "speak to a human", "speak to a person", "speak to a real person", "speak with a human", "speak with a person", "human agent", "a human please", "a person please",
        "want a human", "want a person", "need a human", "need a person", "want to speak to someone", "want to talk to someone", "speak to your manager", "talk to your manager", "speak to a supervisor", "talk to a supervisor", "transfer me to", "connect me to a", "connect me with a", "put me through");
}
