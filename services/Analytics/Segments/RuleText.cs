using System.Text;

namespace CrmSuite.Analytics.Segments;

/// <summary>A rule's text that cannot be read: where, and what was expected there.</summary>
public sealed class RuleTextException(int line, int column, string expected) : Exception($"Line {line}, column {column}: {expected}.")
{
    /// <summary>Line, from 1.</summary>
    public int Line => line;

    /// <summary>Column, from 1.</summary>
    public int Column => column;
}

/// <summary>
/// A rule in words: <c>country = "France" and (orders in last 90 days >= 4 or revenue in last 365 days >= 1000.00 GBP) and not interests contains "music"</c>.
/// "and" binds tighter than "or". Reading what was written gives the same tree, and writing what was read the same text in canonical form.
/// </summary>
public static class RuleText
{
    /// <summary>The longest text.</summary>
    public const int LengthMax = 8_000;

    static readonly Dictionary<Op, string> Signs = new()
    {
        [Op.Eq] = "=",
        [Op.Ne] = "!=",
        [Op.Lt] = "<",
        [Op.Lte] = "<=",
        [Op.Gt] = ">",
        [Op.Gte] = ">=",
        [Op.Between] = "between",
        [Op.In] = "in",
        [Op.NotIn] = "not in",
        [Op.Exists] = "exists",
        [Op.Missing] = "missing",
        [Op.Contains] = "contains",
    };

    /// <summary>The rule in its canonical words.</summary>
    public static string Write(Rule rule) => rule switch
    {
        Rule.All all => string.Join(" and ", all.Of.Select(one => one is Rule.Any ? $"({Write(one)})" : Write(one))),
        Rule.Any any => string.Join(" or ", any.Of.Select(Write)),
        Rule.Not { Of: Rule.Is or Rule.Not } not => $"not {Write(not.Of)}",
        Rule.Not not => $"not ({Write(not.Of)})",
        Rule.Is leaf => Write(leaf),
        _ => "",
    };

    /// <summary>Reads a rule.</summary>
    /// <exception cref="RuleTextException">It cannot be read; says where and what was expected.</exception>
    public static Rule Parse(string text)
    {
        var reader = new Reader(text);
        var rule = Or(reader, 0);
        return reader.Peek().Kind == TokenKind.End ? rule : throw reader.Expected("'and', 'or' or the end");
    }

    static Rule Or(Reader reader, int depth)
    {
        List<Rule> of = [And(reader, depth)];
        while (reader.Take("or"))
        {
            of.Add(And(reader, depth));
        }

        return new Rule.Any(of).Flat();
    }

    static Rule And(Reader reader, int depth)
    {
        List<Rule> of = [One(reader, depth)];
        while (reader.Take("and"))
        {
            of.Add(One(reader, depth));
        }

        return new Rule.All(of).Flat();
    }

    static Rule One(Reader reader, int depth)
    {
        if (depth > Rule.DepthMax)
        {
            throw reader.Expected($"at most {Rule.DepthMax} levels");
        }

        if (reader.Take("not"))
        {
            return new Rule.Not(One(reader, depth + 1));
        }

        if (!reader.Take("("))
        {
            return Condition(reader);
        }

        var inner = Or(reader, depth + 1);
        reader.Demand(")");
        return inner;
    }

    static Rule.Is Condition(Reader reader)
    {
        var start = reader.Peek();
        if (start.Kind != TokenKind.Word || !Subject.ByName.TryGetValue(start.Text, out var subject))
        {
            throw reader.Expected($"'not', '(' or one of {string.Join(", ", Subject.ByName.Keys)}");
        }

        reader.Next();
        var days = subject.HasWindow && reader.Take("in") ? Window(reader) : null;
        var op = Operator(reader, subject);
        var values = Values(reader, subject, op);
        var currency = subject.Kind == SubjectKind.Amount ? reader.Value(TokenKind.Code, "a currency, for example EUR") : null;
        var leaf = new Rule.Is(subject.Name, op, values, days, currency);
        return Subject.Invalid(leaf) is { } wrong ? throw reader.At(start, wrong.TrimEnd('.')) : leaf;
    }

    static int? Window(Reader reader)
    {
        reader.Demand("last");
        var token = reader.Peek();
        var days = int.TryParse(reader.Value(TokenKind.Number, "a number of days"), out var number) && number is >= 1 and <= Subject.LastDaysMax
            ? number
            : throw reader.At(token, $"expected 1 to {Subject.LastDaysMax} days");
        if (!reader.Take("day"))
        {
            reader.Demand("days");
        }

        return days;
    }

    static Op Operator(Reader reader, Subject subject)
    {
        var known = string.Join(", ", subject.Ops.Select(op => $"'{Signs[op]}'"));
        var token = reader.Peek();
        if (reader.Take("not"))
        {
            reader.Demand("in");
            return subject.Ops.Contains(Op.NotIn) ? Op.NotIn : throw reader.At(token, $"expected {known}");
        }

        foreach (var op in subject.Ops)
        {
            if (reader.Take(Signs[op]))
            {
                return op;
            }
        }

        throw reader.Expected(known);
    }

    static List<string> Values(Reader reader, Subject subject, Op op)
    {
        string One() => subject.Kind is SubjectKind.Text or SubjectKind.Words ? reader.Value(TokenKind.Text, "a text in quotes") : reader.Value(TokenKind.Number, "a number");
        switch (op)
        {
            case Op.Exists or Op.Missing:
                return [];
            case Op.Between:
                var from = One();
                reader.Demand("and");
                return [from, One()];
            case Op.In or Op.NotIn:
                reader.Demand("(");
                List<string> values = [One()];
                while (reader.Take(","))
                {
                    values.Add(One());
                }

                reader.Demand(")");
                return values;
            default:
                return [One()];
        }
    }

    static string Write(Rule.Is leaf)
    {
        var isText = Subject.ByName[leaf.Of].Kind is SubjectKind.Text or SubjectKind.Words;
        string One(string value) => isText ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : value;
        var values = leaf.Op switch
        {
            Op.Exists or Op.Missing => "",
            Op.Between => $" {One(leaf.Values[0])} and {One(leaf.Values[1])}",
            Op.In or Op.NotIn => $" ({string.Join(", ", leaf.Values.Select(One))})",
            _ => $" {One(leaf.Values[0])}",
        };
        var window = leaf.LastDays is { } days ? $" in last {days} days" : "";
        return $"{leaf.Of}{window} {Signs[leaf.Op]}{values}{(leaf.Currency is null ? "" : $" {leaf.Currency}")}";
    }

    enum TokenKind
    {
        Word,
        Code,
        Number,
        Text,
        Sign,
        End,
        Wrong,
    }

    readonly record struct Token(TokenKind Kind, string Text, int Start);

    /// <summary>Words of the text, one ahead.</summary>
    sealed class Reader
    {
        readonly string text;
        int at;
        Token ahead;

        public Reader(string text)
        {
            this.text = text.Length <= LengthMax ? text : throw new RuleTextException(1, LengthMax, $"expected at most {LengthMax} characters");
            ahead = Read();
        }

        public Token Peek() => ahead;

        public Token Next()
        {
            var token = ahead;
            ahead = Read();
            return token;
        }

        public bool Take(string word)
        {
            if (ahead.Kind is not (TokenKind.Word or TokenKind.Sign) || ahead.Text != word)
            {
                return false;
            }

            Next();
            return true;
        }

        public void Demand(string word)
        {
            if (!Take(word))
            {
                throw Expected($"'{word}'");
            }
        }

        public string Value(TokenKind kind, string what) => ahead.Kind == kind ? Next().Text : throw Expected(what);

        public RuleTextException Expected(string what) =>
            At(ahead, $"expected {what}, found {(ahead.Kind == TokenKind.End ? "the end" : $"'{ahead.Text}'")}");

        public RuleTextException At(Token token, string what)
        {
            var before = text.AsSpan(0, Math.Min(token.Start, text.Length));
            return new(1 + before.Count('\n'), token.Start - before.LastIndexOf('\n'), what);
        }

        Token Read()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            var start = at;
            return at == text.Length ? new(TokenKind.End, "", start) : text[at] switch
            {
                '"' => Quoted(start),
                >= 'a' and <= 'z' => While(TokenKind.Word, letter => char.IsAsciiLetterLower(letter) || letter == '-'),
                >= 'A' and <= 'Z' => While(TokenKind.Code, char.IsAsciiLetterUpper),
                >= '0' and <= '9' or '-' => While(TokenKind.Number, letter => char.IsAsciiDigit(letter) || letter is '.' or '-'),
                '(' or ')' or ',' or '=' => Sign(1),
                '<' or '>' or '!' => Sign(at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1),
                _ => new(TokenKind.Wrong, text[at].ToString(), start),
            };
        }

        Token Sign(int length)
        {
            at += length;
            return new(TokenKind.Sign, text[(at - length)..at], at - length);
        }

        Token While(TokenKind kind, Func<char, bool> fits)
        {
            var start = at;
            while (at < text.Length && fits(text[at]))
            {
                at++;
            }

            return new(kind, text[start..at], start);
        }

        Token Quoted(int start)
        {
            var value = new StringBuilder();
            for (at++; at < text.Length && text[at] != '"'; at++)
            {
                at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
                value.Append(text[at]);
            }

            if (at >= text.Length)
            {
                return new(TokenKind.Wrong, "a text without its closing quote", start);
            }

            at++;
            return new(TokenKind.Text, value.ToString(), start);
        }
    }
}
