using System.Collections.Frozen;

namespace Switchboard.Core.Knowledge;

/// <summary>Closed classes of English words, written for support questions: function words and the frames questions come in.</summary>
internal static class EnglishWords
{
    /// <summary>Words that say how something is asked or joined, never what it is about.</summary>
    public static readonly FrozenSet<string> Stop = FrozenSet.Create(StringComparer.Ordinal,
        // articles, pronouns, determiners
        "a", "an", "the", "this", "that", "these", "those", "some", "any", "each", "every", "both", "either", "such", "same", "own", "other", "another",
        "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "you", "your", "yours", "yourself", "he", "him", "his", "she", "her", "hers", "it", "its",
        "they", "them", "their", "theirs", "one", "ones", "someone", "something", "anyone", "anything", "everything", "there", "here", "im", "ive", "id", "ill",
        // prepositions, conjunctions, adverbs of degree
        "of", "in", "on", "at", "to", "from", "for", "with", "by", "about", "into", "onto", "over", "under", "between", "through", "during", "before", "after",
        "above", "below", "up", "down", "out", "off", "again", "further", "then", "once", "than", "as", "and", "or", "but", "nor", "so", "if", "because", "while",
        "until", "although", "though", "whether", "via", "per", "within", "without", "upon", "also", "just", "only", "too", "very", "really", "quite", "even",
        "still", "yet", "already", "ever", "never", "always", "maybe", "perhaps", "now", "instead", "else", "etc",
        // auxiliaries
        "am", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "done", "doing", "don", "doesn", "have", "has", "had", "having", "can", "could",
        "cannot", "will", "would", "shall", "should", "may", "might", "must", "ought", "not", "no", "yes", "let", "lets", "cant", "dont", "wont", "doesnt", "didnt", "isnt", "arent",
        // questions and their frames
        "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whats", "hows", "wheres", "whos",
        "please", "pls", "plz", "thanks", "thank", "hello", "hi", "hey", "tell", "know", "want", "wanna", "need", "needs", "like", "wish", "help", "explain",
        "get", "gets", "getting", "got", "able", "possible", "possibly", "way", "ways", "try", "tries", "tried", "trying", "wonder", "wondering", "question", "happen", "happens",
        "happened", "go", "goes", "going", "gonna", "gotta", "come", "make", "makes", "making", "made", "give", "gives", "say", "says", "mean", "means", "kind", "sort", "thing", "things", "lot", "bit",
        "look", "looking", "think", "believe", "guess", "ok", "okay", "sure", "much", "many", "take", "takes", "taking", "took", "put", "puts", "putting", "everyone", "somebody", "anybody", "nobody", "nothing", "all");

    /// <summary>
    /// Words that accompany a question without being its subject: when, who is concerned, how it feels, everyday verbs. An article that
    /// does not hold them can still answer.
    /// </summary>
    public static readonly FrozenSet<string> Accompanying = FrozenSet.Create(StringComparer.Ordinal,
        // when
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august", "september",
        "october", "november", "december", "spring", "summer", "autumn", "winter", "holiday", "vacation", "weekend", "christmas", "today", "yesterday", "tomorrow", "tonight", "morning", "afternoon", "evening", "night", "noon",
        "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes", "second", "seconds", "ago", "since", "last", "next", "recently", "currently", "moment", "right", "away",
        "soon", "later", "early", "late", "anymore", "while", "long", "often", "suddenly", "immediately", "quickly", "asap", "constantly", "usually", "sometimes", "nightly", "daily",
        // how many
        "zero", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "forty", "fifty", "hundred", "thousand", "dozen", "couple", "few", "several", "more", "most",
        "less", "half", "twice", "first", "whole", "entire", "rest", "part", "single", "certain", "own", "various",
        // who
        "boss", "friend", "wife", "husband", "lawyer", "auditor", "advisor", "cto", "ceo", "cfo", "man", "guy", "guys", "woman", "everybody", "person", "myself", "yourself", "ourselves", "themselves",
        // how it feels, how it is said
        "sorry", "urgent", "urgently", "insane", "crazy", "annoying", "annoyed", "frustrating", "frustrated", "angry", "terrible", "horrible", "awful", "stupid", "sad", "happy", "nice", "great", "good", "bad", "best", "better", "worse", "badly", "lovely", "weird",
        "unfortunately", "hopefully", "apparently", "obviously", "basically", "actually", "simply", "exactly", "probably", "definitely", "honestly", "kindly", "dear", "mistake", "accident", "accidentally", "wrongly", "sense", "idea", "reason", "case",
        "point", "stuff", "matter", "hint", "tip", "tips", "advice", "example", "fine", "well", "back", "around", "together", "anywhere", "somewhere", "everywhere", "nowhere", "otherwise", "besides", "rather", "almost", "nearly", "completely",
        "correctly", "properly", "easily", "easy", "simple", "hard", "difficult", "due", "according", "against", "toward", "towards", "despite", "except",
        // everyday verbs and adjectives that any subject can have
        "work", "works", "working", "worked", "use", "uses", "using", "used", "see", "sees", "seeing", "seen", "saw", "find", "finding", "found", "show", "shows", "shown", "let", "lets", "keep", "keeps", "kept", "bring", "brought", "call", "called", "ask",
        "asked", "asking", "told", "telling", "said", "saying", "hear", "heard", "feel", "seem", "seems", "appear", "appears", "become", "becomes", "left", "run", "running", "ran", "do", "supposed", "expect", "expected", "allow", "allowed", "force", "change", "changed", "choose", "pick",
        "want", "wanted", "wants", "needed", "hope", "care", "stay", "wait", "waiting", "waited", "turn", "turned", "set", "send", "sent", "done", "finish", "finished", "begin", "began", "start", "started", "stop", "stopped", "drive", "walk", "talk",
        "new", "old", "current", "different", "difference", "same", "next", "previous", "brand", "big", "bigger", "small", "smaller", "large", "larger", "possible", "available", "offer", "support", "available", "full", "empty", "missing", "wrong", "broken", "gone", "ready",
        "stuck", "incl", "including", "include", "included", "included", "etc", "option", "options", "option", "instruction", "instructions", "step", "steps", "information", "info", "detail", "details");

    /// <summary>Words that send a reader somewhere or name the text itself ("follow these steps", "read more"): nearly every article holds some of them.</summary>
    public static readonly FrozenSet<string> Signposts = FrozenSet.Create(StringComparer.Ordinal,
        "read", "learn", "follow", "follows", "followed", "following", "find", "finding", "see", "refer", "consult", "discover", "understand", "understanding", "click", "described", "explained",
        "article", "articles", "guide", "guides", "tutorial", "instruction", "instructions", "step", "steps", "information", "info", "detail", "details", "more", "further", "below", "about");

    /// <summary>What a question asks the measure of: "how long", "how often".</summary>
    public static readonly FrozenSet<string> AfterHow = FrozenSet.Create(StringComparer.Ordinal, "long", "often", "soon", "far", "big", "large", "old", "fast", "quickly", "exactly", "come", "high");

    /// <summary>Units of measure that are written with and without a blank after the number.</summary>
    public static readonly FrozenSet<string> Units = FrozenSet.Create(StringComparer.Ordinal,
        "v", "a", "w", "ma", "mah", "mm", "cm", "km", "hz", "khz", "mhz", "ghz", "kb", "mb", "gb", "tb", "kbps", "mbps", "gbps", "ms", "px", "kg", "dpi", "bit");

    // Verbs with a particle that are also one word. The particle alone is a stop word, so "sign in" would otherwise be "sign".
    private static readonly FrozenDictionary<(string Verb, string Particle), string> joined = new Dictionary<(string, string), string>
    {
        [("log", "in")] = "login",
        [("log", "into")] = "login",
        [("log", "on")] = "login",
        [("sign", "in")] = "login",
        [("sign", "into")] = "login",
        [("sign", "on")] = "login",
        [("log", "out")] = "logout",
        [("log", "off")] = "logout",
        [("sign", "out")] = "logout",
        [("sign", "off")] = "logout",
        [("sign", "up")] = "signup",
        [("set", "up")] = "setup",
        [("back", "up")] = "backup",
        [("check", "out")] = "checkout",
        [("start", "up")] = "startup",
        [("shut", "down")] = "shutdown",
        [("turn", "on")] = "turnon",
        [("switch", "on")] = "turnon",
        [("turn", "off")] = "turnoff",
        [("switch", "off")] = "turnoff",
        [("opt", "out")] = "optout",
        [("opt", "in")] = "optin",
        [("plug", "in")] = "plugin",
        [("add", "on")] = "addon",
        [("roll", "back")] = "rollback",
        [("log", "back")] = "login",
        [("time", "out")] = "timeout",
        [("lock", "out")] = "lockout",
    }.ToFrozenDictionary();

    // One-word spellings of the same.
    private static readonly FrozenDictionary<string, string> single = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["signin"] = "login",
        ["logon"] = "login",
        ["signon"] = "login",
        ["signout"] = "logout",
        ["logoff"] = "logout",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The one-word form of a verb and its particle, or null.</summary>
    public static string? Joined(string verbStem, string particle) => joined.GetValueOrDefault((verbStem, particle));

    /// <summary>The shared form of one-word spellings such as "signin".</summary>
    public static string? Single(string word) => single.GetValueOrDefault(word);
}
