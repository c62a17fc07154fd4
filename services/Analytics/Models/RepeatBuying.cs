using MathNet.Numerics;

namespace CrmSuite.Analytics.Models;

/// <summary>
/// What the models of repeat buying know of one customer. Times are in weeks. Two purchases on one day are one purchase occasion, and the first one does not count.
/// </summary>
/// <param name="Repeats">x: repeat purchase days.</param>
/// <param name="LastAt">t_x: from the first to the last purchase.</param>
/// <param name="Age">T: from the first purchase to the end of the observation.</param>
public readonly record struct Buyer(int Repeats, double LastAt, double Age)
{
    /// <summary>The unit of every time and rate of these models.</summary>
    public const string Unit = "weeks";

    /// <summary>Days in the unit.</summary>
    public const double DaysPerUnit = 7;

    /// <summary>The statistics of one customer at the end of a day.</summary>
    /// <param name="days">The customer's purchase days, ascending, none twice, none after <paramref name="end"/>.</param>
    /// <param name="end">The last day of the observation.</param>
    public static Buyer Of(ReadOnlySpan<DateOnly> days, DateOnly end) =>
        new(days.Length - 1, (days[^1].DayNumber - days[0].DayNumber) / DaysPerUnit, (end.DayNumber - days[0].DayNumber) / DaysPerUnit);
}

/// <summary>A fitted model of repeat buying without a contract.</summary>
public abstract record RepeatBuying
{
    /// <summary>Purchase rates over the customers follow a gamma distribution of this shape.</summary>
    public required double R { get; init; }

    /// <summary>And of this rate, in weeks.</summary>
    public required double Alpha { get; init; }

    /// <summary>The model's usual name.</summary>
    public abstract string Name { get; }

    /// <summary>The parameters by their usual names, in the order of the literature.</summary>
    public abstract IReadOnlyList<(string Name, double Value)> Parameters { get; }

    /// <summary>The logarithm of one customer's likelihood, without the terms that hold no parameter.</summary>
    public double LogLikelihood(Buyer buyer) => OfCount(buyer.Repeats) + OfTimes(buyer);

    /// <summary>The part of the likelihood that depends on the number of repeats alone: all the gamma functions, computed once for all customers of one number.</summary>
    internal abstract double OfCount(int repeats);

    /// <summary>The part that depends on the times.</summary>
    internal abstract double OfTimes(Buyer buyer);

    /// <summary>The probability that the customer has not left for good.</summary>
    public abstract double Alive(Buyer buyer);

    /// <summary>Purchase days to be expected of the customer in the next weeks.</summary>
    public abstract double Expected(Buyer buyer, double weeks);

    /// <summary>The probability that the customer buys nothing in the next weeks: the churn probability of customers without a contract.</summary>
    public double NoPurchase(Buyer buyer, double weeks)
    {
        var alive = Alive(buyer);
        return 1 - alive + (alive * Math.Exp(-(R + buyer.Repeats) * Logarithm.OfRatio(Alpha + buyer.Age + weeks, Alpha + buyer.Age)));
    }

    /// <summary>The part of the likelihood that all these models share: the gamma mixture of Poisson rates.</summary>
    private protected double Rates(int repeats) =>
        SpecialFunctions.GammaLn(R + repeats) - SpecialFunctions.GammaLn(R) + (R * Math.Log(Alpha));
}

/// <summary>NBD: nobody ever leaves. The null against which dropout has to show itself.</summary>
public sealed record Nbd : RepeatBuying
{
    /// <inheritdoc/>
    public override string Name => "NBD";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, double Value)> Parameters => [("r", R), ("alpha", Alpha)];

    internal override double OfCount(int repeats) => Rates(repeats);

    internal override double OfTimes(Buyer buyer) => -(R + buyer.Repeats) * Math.Log(Alpha + buyer.Age);

    /// <inheritdoc/>
    public override double Alive(Buyer buyer) => 1;

    /// <inheritdoc/>
    public override double Expected(Buyer buyer, double weeks) => (R + buyer.Repeats) / (Alpha + buyer.Age) * weeks;
}

/// <summary>A model in which a customer may leave after a purchase, with a probability that follows a beta distribution over the customers.</summary>
public abstract record Dropout : RepeatBuying
{
    /// <summary>Beyond it, parameters come from a fit that has run away (<see cref="Degenerate"/>).</summary>
    const double RegularMax = 100;

    /// <summary>How near to a = 1 the textbook form is not taken, and how near to c = 0 none.</summary>
    const double HoleHalf = 1e-6;

    /// <summary>Where a series ends that has not come to its end: only a degenerate fit needs so many.</summary>
    const int TermsMax = 100_000;

    /// <summary>First parameter of the beta distribution of leaving.</summary>
    public required double A { get; init; }

    /// <summary>Second parameter of the beta distribution of leaving.</summary>
    public required double B { get; init; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<(string Name, double Value)> Parameters => [("r", R), ("alpha", Alpha), ("a", A), ("b", B)];

    /// <summary>How many chances to leave the customer has come through, besides the one that may have been taken.</summary>
    private protected abstract int Survived(int repeats);

    /// <summary>The odds of "left at the last purchase" against "still there", as a logarithm; negative infinity when there was no chance to leave.</summary>
    private protected double LogOdds(Buyer buyer)
    {
        var survived = Survived(buyer.Repeats);
        return survived == 0
            ? double.NegativeInfinity
            : Math.Log(A) - Math.Log(B + survived - 1) + ((R + buyer.Repeats) * Logarithm.OfRatio(Alpha + buyer.Age, Alpha + buyer.LastAt));
    }

    internal sealed override double OfCount(int repeats) => Rates(repeats) + Logarithm.OfBeta(A, B + Survived(repeats)) - Logarithm.OfBeta(A, B);

    internal sealed override double OfTimes(Buyer buyer) => Logarithm.OfOnePlusExp(LogOdds(buyer)) - ((R + buyer.Repeats) * Math.Log(Alpha + buyer.Age));

    /// <inheritdoc/>
    public sealed override double Alive(Buyer buyer) => Math.Exp(-Logarithm.OfOnePlusExp(LogOdds(buyer)));

    /// <inheritdoc/>
    /// <remarks>
    /// The textbook form (c/(a−1))·[1 − (1−z)^(r+x) · 2F1(r+x, b+s; c; z)] has a hole at a = 1. By Euler's transformation the bracket is
    /// 1 − (1−z)^(a−1) · 2F1(c−r−x, a−1; c; z); divided by a−1 term by term, it has none, but its terms overflow or cancel where a fit has run away: there the textbook
    /// form is taken, whose terms after the first have one sign, and what would overflow is taken out of it. What rounding leaves lies between nothing and what he would buy if he stayed.
    /// </remarks>
    public sealed override double Expected(Buyer buyer, double weeks) => Alive(buyer) * IfAlive(buyer, weeks);

    /// <summary>Purchase days to be expected in the first weeks of a customer of whom only the first purchase is known.</summary>
    public double ExpectedOfNew(double weeks) => IfAlive(new(0, 0, 0), weeks);

    double IfAlive(Buyer buyer, double weeks) =>
        weeks <= 0 ? 0 : Math.Clamp(Sum(buyer, weeks), 0, (R + buyer.Repeats) / (Alpha + buyer.Age) * weeks);

    double Sum(Buyer buyer, double weeks)
    {
        var excess = A - 1;
        var c = A + B + Survived(buyer.Repeats) - 1;
        if (c == 0)
        {
            return (this with { A = A + HoleHalf }).Sum(buyer, weeks);
        }

        var upper = c - R - buyer.Repeats;
        var z = weeks / (Alpha + buyer.Age + weeks);
        var log = SpecialFunctions.Log1p(-z);
        if (excess > RegularMax || upper < -RegularMax)
        {
            if (Math.Abs(excess) < HoleHalf)
            {
                return (this with { A = 1 + HoleHalf }).Sum(buyer, weeks);
            }

            return c / excess * (1 - Scaled(R + buyer.Repeats, B + Survived(buyer.Repeats), c, z, (R + buyer.Repeats) * log));
        }

        var first = Math.Abs(excess * log) < 1e-300 ? log : SpecialFunctions.Expm1(excess * log) / excess;
        return -(c * first) - (Math.Exp(excess * log) * Tail(upper, excess, c, z));
    }

    /// <summary>c/(a−1) · (2F1(upper, a−1; c; z) − 1), summed until the terms stop changing it.</summary>
    static double Tail(double upper, double excess, double c, double z)
    {
        var term = upper * z;
        var sum = term;
        for (var n = 1; n < TermsMax; n++)
        {
            term *= (upper + n) * (excess + n) / ((c + n) * (n + 1)) * z;
            sum += term;
            if (Math.Abs(term) <= 1e-15 * Math.Abs(sum) && n > Math.Abs(upper))
            {
                break;
            }
        }

        return sum;
    }

    /// <summary>e^log · 2F1(a, b; c; z), for positive a, b and z, without the terms in between overflowing.</summary>
    static double Scaled(double a, double b, double c, double z, double log)
    {
        const double large = 1e200;
        double term = 1, sum = 1;
        for (var n = 0; n < TermsMax; n++)
        {
            var ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            sum += term *= ratio;
            if (Math.Abs(sum) > large)
            {
                (term, sum, log) = (term / large, sum / large, log + Math.Log(large));
            }

            if (Math.Abs(ratio) < 1 && Math.Abs(term) <= 1e-16 * Math.Abs(sum))
            {
                break;
            }
        }

        return Math.Sign(sum) * Math.Exp(log + Math.Log(Math.Abs(sum)));
    }
}

/// <summary>BG/NBD (Fader, Hardie, Lee 2005): leaving is possible after each repeat purchase. P(alive) of a one-time buyer is 1, so never rank by it.</summary>
public sealed record BgNbd : Dropout
{
    /// <inheritdoc/>
    public override string Name => "BG/NBD";

    private protected override int Survived(int repeats) => repeats;
}

/// <summary>MBG/NBD (Batislam, Denizel, Filiztekin 2007): leaving is possible right after the first purchase too.</summary>
public sealed record MbgNbd : Dropout
{
    /// <inheritdoc/>
    public override string Name => "MBG/NBD";

    private protected override int Survived(int repeats) => repeats + 1;
}

/// <summary>Logarithms that neither overflow nor cancel.</summary>
static class Logarithm
{
    public static double OfBeta(double a, double b) => SpecialFunctions.GammaLn(a) + SpecialFunctions.GammaLn(b) - SpecialFunctions.GammaLn(a + b);

    public static double OfRatio(double numerator, double denominator) => Math.Log(numerator) - Math.Log(denominator);

    /// <summary>ln(1 + e^x).</summary>
    public static double OfOnePlusExp(double x) => x > 0 ? x + SpecialFunctions.Log1p(Math.Exp(-x)) : SpecialFunctions.Log1p(Math.Exp(x));
}
