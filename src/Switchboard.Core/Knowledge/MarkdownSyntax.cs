using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Syntax = Markdig.Syntax.MarkdownDocument;

namespace Switchboard.Core.Knowledge;

/// <summary>
/// The one door to the Markdown parser. What the parser does with a mark that is still open when the next one comes grows with the number of those that are, so
/// text made of marks would keep it for seconds; and it refuses what is nested too deep. The marks are told by one look at each paragraph before its first one is
/// read, the nesting by one look at the text before it is parsed.
/// </summary>
public sealed class MarkdownSyntax
{
    /// <summary>Marks of emphasis in one paragraph, table or point above which its marks are plain characters.</summary>
    private const int mostEmphasis = 250;

    /// <summary>Open brackets in one paragraph, table or point above which its marks are plain characters.</summary>
    private const int mostBrackets = 300;

    /// <summary>Quotes and lists inside each other above which a text is one plain paragraph; the parser itself refuses a little more.</summary>
    private const int mostNested = 100;

    /// <summary>Prepares to parse with the extensions that <paramref name="extend"/> adds.</summary>
    public MarkdownSyntax(Action<MarkdownPipelineBuilder> extend)
    {
        ArgumentNullException.ThrowIfNull(extend);
        var builder = new MarkdownPipelineBuilder();
        builder.UsePreciseSourceLocation();
        extend(builder);
        // The last one, since others look for the parsers by their exact types.
        builder.Extensions.Add(new Guarded());
        Pipeline = builder.Build();
    }

    /// <summary>Everything, as a renderer needs it.</summary>
    public MarkdownPipeline Pipeline { get; }

    /// <summary>Reads a text. In a paragraph, table or point with too many open marks they are plain characters, and where it nests too deep all of it is one paragraph.</summary>
    public Syntax Parse(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (IsTooDeep(body)) return Plain(body);
        try
        {
            return Markdown.Parse(body, Pipeline);
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

    /// <summary>Whether the block whose first mark is at hand has too many of them. It is looked at once.</summary>
    private static bool IsMarkless(InlineProcessor processor, StringSlice rest)
    {
        if (processor.Block is not { } block) return false;
        if (block.GetData(typeof(Guarded)) is bool known) return known;
        bool isMarkless = HasTooManyMarks(rest.AsSpan());
        block.SetData(typeof(Guarded), isMarkless);
        return isMarkless;
    }

    private static bool HasTooManyMarks(ReadOnlySpan<char> text)
    {
        int emphasis = 0;
        int brackets = 0;
        bool isTarget = false;
        char before = '\0';
        foreach (char c in text)
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

            if (emphasis > mostEmphasis || brackets > mostBrackets) return true;
            before = c;
        }

        return false;
    }

    private static bool IsTooDeep(string body)
    {
        foreach (ReadOnlySpan<char> line in body.AsSpan().EnumerateLines())
        {
            if (Nested(line) > mostNested) return true;
        }

        return false;
    }

    /// <summary>How many quotes and lists a line opens.</summary>
    private static int Nested(ReadOnlySpan<char> line)
    {
        int nested = 0;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (char.IsWhiteSpace(c)) continue;
            if (c == '>' || IsPoint(line, i)) nested++;
            else if (char.IsAsciiDigit(c))
            {
                int digits = i;
                while (digits < line.Length && char.IsAsciiDigit(line[digits])) digits++;
                if (digits >= line.Length || line[digits] is not ('.' or ')')) break;
                (nested, i) = (nested + 1, digits);
            }
            else break;
        }

        return nested;
    }

    private static bool IsPoint(ReadOnlySpan<char> line, int at) => line[at] is '-' or '+' or '*' && (at + 1 == line.Length || char.IsWhiteSpace(line[at + 1]));

    /// <summary>Puts parsers in the place of the parser's own that pass the marks of an overloaded block over.</summary>
    private sealed class Guarded : IMarkdownExtension
    {
        public void Setup(MarkdownPipelineBuilder pipeline)
        {
            var emphasis = new GuardedEmphasis();
            if (pipeline.InlineParsers.FindExact<EmphasisInlineParser>() is { } usual)
            {
                emphasis.EmphasisDescriptors.Clear();
                emphasis.EmphasisDescriptors.AddRange(usual.EmphasisDescriptors);
                emphasis.TryCreateEmphasisInlineList.AddRange(usual.TryCreateEmphasisInlineList);
            }

            pipeline.InlineParsers.Replace<EmphasisInlineParser>(emphasis);
            pipeline.InlineParsers.Replace<LinkInlineParser>(new GuardedLinks());
        }

        public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
        {
        }
    }

    private sealed class GuardedEmphasis : EmphasisInlineParser
    {
        public override bool Match(InlineProcessor processor, ref StringSlice slice) => !IsMarkless(processor, slice) && base.Match(processor, ref slice);
    }

    private sealed class GuardedLinks : LinkInlineParser
    {
        public override bool Match(InlineProcessor processor, ref StringSlice slice) => !IsMarkless(processor, slice) && base.Match(processor, ref slice);
    }
}
