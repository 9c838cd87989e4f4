using System.Text.RegularExpressions;
using Switchboard.Core.Understanding;

namespace Switchboard.Core.Routing;

/// <summary>What the form of a message tells, whatever it is about. The text is only looked at; nothing in it is obeyed.</summary>
public static partial class TechnicalText
{
    private const int logLines = 3;
    private const int frames = 2;

    /// <summary>Whether it holds code, a stack trace or a log of three lines and more.</summary>
    public static bool HasCode(string text)
    {
        if (Fence().IsMatch(text)) return true;
        int log = 0, code = 0, trace = 0;
        foreach (string line in text.Split('\n'))
        {
            // Lines that belong together stand together.
            log = LogLine().IsMatch(line) ? log + 1 : 0;
            code = CodeLine().IsMatch(line) ? code + 1 : 0;
            if (Frame().IsMatch(line)) trace++;
            if (log >= logLines || code >= logLines || trace >= frames) return true;
        }

        return trace > 0 && Thrown().IsMatch(text);
    }

    /// <summary>How many words it has; of a log each word counts too.</summary>
    public static int Words(string text) => Tokens.Of(text).Count(t => t.Kind == TokenKind.Word);

    /// <summary>How many questions it asks: marks at the end of words, several in a row one question.</summary>
    public static int Questions(string text) => Question().Count(text);

    [GeneratedRegex(@"```|<code>|<pre>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\s*(\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|\[?(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b\]?[ :\]-]|<\d{1,3}>|\d{1,3}(\.\d{1,3}){3} - )", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LogLine();

    [GeneratedRegex(@"([;{}]\s*$)|^\s*(def |class |import |from \S+ import |function |const |let |var |public |private |return\b|if ?\(|for ?\(|\$ |curl )|^\s*""[^""]+""\s*:", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"^\s+at \S+[.(]\S*|^\s*File ""[^""]+"", line \d+|^\s*#\d+ .+:\d+|^\s*from \S+:\d+:in ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Frame();

    [GeneratedRegex(@"Traceback \(most recent call last\)|\b\w*(Exception|Error)\b\s*:", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Thrown();

    [GeneratedRegex(@"[\w)""'’»] ?[?？]+(\s|$|[""')»])", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Question();
}
