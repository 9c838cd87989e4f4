using Markdig;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Syntax = Markdig.Syntax.MarkdownDocument;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// The one door to the Markdown parser. What the parser does with a mark that is still open when the next one comes grows with the number of those that are, so
/// text made of marks would keep it for seconds; and it refuses what is nested too deep. Both are told by one look at the text before it is parsed.
/// </summary>
public sealed class MarkdownSyntax
{
    /// <summary>Marks of emphasis in one paragraph, table or point above which all of them are read as plain characters.</summary>
    private const int mostEmphasis = 250;

    /// <summary>Open brackets in one paragraph, table or point above which all of them are read as plain characters.</summary>
    private const int mostBrackets = 300;

    /// <summary>Quotes and lists inside each other above which a text is one plain paragraph; the parser itself refuses a little more.</summary>
    private const int mostNested = 100;

    private readonly MarkdownPipeline whole;
    private readonly MarkdownPipeline markless;

    /// <summary>Prepares to parse with the extensions that <paramref name="extend"/> adds.</summary>
    public MarkdownSyntax(Action<MarkdownPipelineBuilder> extend)
    {
        ArgumentNullException.ThrowIfNull(extend);
        whole = Build(_ => { });
        markless = Build(b =>
        {
            b.InlineParsers.TryRemove<EmphasisInlineParser>();
            b.InlineParsers.TryRemove<LinkInlineParser>();
        });

        MarkdownPipeline Build(Action<MarkdownPipelineBuilder> change)
        {
            var builder = new MarkdownPipelineBuilder();
            builder.UsePreciseSourceLocation();
            extend(builder);
            change(builder);
            return builder.Build();
        }
    }

    /// <summary>Everything, as a renderer needs it.</summary>
    public MarkdownPipeline Pipeline => whole;

    /// <summary>Reads a text. Where it holds too many open marks they are plain characters, and where it nests too deep all of it is one paragraph.</summary>
    public Syntax Parse(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Weight weight = Weigh(body);
        if (weight == Weight.Nested) return Plain(body);
        try
        {
            return Markdown.Parse(body, weight == Weight.Marked ? markless : whole);
        }
        catch (ArgumentException)
        {
            // The parser's own limit of nesting. One such article must not stop the index of all the others.
            return Plain(body);
        }
    }

    private static Syntax Plain(string body)
    {
        var span = new SourceSpan(0, body.Length - 1);
        var inline = new ContainerInline { Span = span };
        inline.AppendChild(new LiteralInline(body) { Span = span });
        return [new ParagraphBlock { Inline = inline, Span = span }];
    }

    private static Weight Weigh(string body)
    {
        var weight = Weight.Usual;
        int emphasis = 0;
        int brackets = 0;
        bool isTarget = false;
        for (int start = 0; start < body.Length;)
        {
            int end = body.IndexOf('\n', start);
            if (end < 0) end = body.Length;
            ReadOnlySpan<char> line = body.AsSpan(start, end - start);
            (int nested, bool begins) = Opening(line);
            if (nested > mostNested) return Weight.Nested;
            if (begins) (emphasis, brackets, isTarget) = (0, 0, false);
            char before = '\0';
            foreach (char c in line)
            {
                switch (c)
                {
                    case '*' or '_' or '~' or '^' or '=' or '+' when c != before:
                        emphasis++;
                        break;
                    case '[':
                        brackets++;
                        break;
                    // Only a link that is whole closes its bracket for good.
                    case '(' when before == ']':
                        isTarget = true;
                        break;
                    case ')' when isTarget:
                        brackets--;
                        isTarget = false;
                        break;
                }

                before = c;
            }

            if (emphasis > mostEmphasis || brackets > mostBrackets) weight = Weight.Marked;
            start = end + 1;
        }

        return weight;
    }

    /// <summary>How many quotes and lists a line opens, and whether what stands in it cannot go on with the line before.</summary>
    private static (int Nested, bool Begins) Opening(ReadOnlySpan<char> line)
    {
        int nested = 0;
        bool begins = false;
        int i = 0;
        for (; i < line.Length; i++)
        {
            char c = line[i];
            if (char.IsWhiteSpace(c)) continue;
            if (c == '>') nested++;
            else if (IsPoint(line, i)) (nested, begins) = (nested + 1, true);
            else if (char.IsAsciiDigit(c))
            {
                int digits = i;
                while (digits < line.Length && char.IsAsciiDigit(line[digits])) digits++;
                if (digits >= line.Length || line[digits] is not ('.' or ')')) break;
                (nested, begins, i) = (nested + 1, true, digits);
            }
            else
            {
                begins |= c == '#';
                break;
            }
        }

        return (nested, begins || i == line.Length);
    }

    private static bool IsPoint(ReadOnlySpan<char> line, int at) => line[at] is '-' or '+' or '*' && (at + 1 == line.Length || char.IsWhiteSpace(line[at + 1]));

    private enum Weight
    {
        Usual,
        Marked,
        Nested,
    }
}
