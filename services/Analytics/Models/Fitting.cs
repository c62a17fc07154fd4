namespace CrmSuite.Analytics.Models;

/// <summary>A model at the parameters under which the observed buying is most likely.</summary>
/// <param name="Model">The model.</param>
/// <param name="LogLikelihood">Over all customers, without the terms that hold no parameter.</param>
/// <param name="Evaluations">How often the likelihood was computed.</param>
public sealed record Fitted<TModel>(TModel Model, double LogLikelihood, int Evaluations) where TModel : RepeatBuying;

/// <summary>Maximum likelihood for the models of repeat buying: Nelder–Mead on the logarithms of the parameters, from several starts.</summary>
public static class Fitting
{
    /// <summary>Parameters are searched in e^±this; a fit that runs there is degenerate anyway.</summary>
    const double LogMax = 16;

    /// <summary>Fits NBD.</summary>
    public static Fitted<Nbd> Nbd(IReadOnlyCollection<Buyer> buyers) =>
        Maximise(buyers, p => new Nbd { R = p[0], Alpha = p[1] }, [1, 1], [0.5, 10]);

    /// <summary>Fits BG/NBD.</summary>
    public static Fitted<BgNbd> BgNbd(IReadOnlyCollection<Buyer> buyers) =>
        Maximise(buyers, p => new BgNbd { R = p[0], Alpha = p[1], A = p[2], B = p[3] }, [1, 1, 1, 1], [0.5, 10, 0.1, 10]);

    /// <summary>Fits MBG/NBD.</summary>
    public static Fitted<MbgNbd> MbgNbd(IReadOnlyCollection<Buyer> buyers) =>
        Maximise(buyers, p => new MbgNbd { R = p[0], Alpha = p[1], A = p[2], B = p[3] }, [1, 1, 1, 1], [0.5, 10, 0.1, 10]);

    static Fitted<TModel> Maximise<TModel>(IReadOnlyCollection<Buyer> buyers, Func<double[], TModel> create, params ReadOnlySpan<double[]> starts)
        where TModel : RepeatBuying
    {
        if (buyers.Count == 0)
        {
            throw new ArgumentException("There is nobody to learn from.", nameof(buyers));
        }

        // Customers with the same history share one computation. The order is fixed, so that the same log gives the same bits.
        var byCount = buyers.GroupBy(buyer => buyer.Repeats).OrderBy(group => group.Key).Select(group => (
            Repeats: group.Key,
            Customers: group.Count(),
            Times: group.GroupBy(buyer => buyer).Select(same => (Buyer: same.Key, Customers: same.Count()))
                .OrderBy(same => same.Buyer.LastAt).ThenBy(same => same.Buyer.Age).ToArray())).ToArray();
        double Cost(double[] logs)
        {
            if (logs.Any(log => Math.Abs(log) > LogMax))
            {
                return double.PositiveInfinity;
            }

            var model = create([.. logs.Select(log => Math.Exp(log))]);
            var sum = 0.0;
            foreach (var (repeats, customers, times) in byCount)
            {
                sum += customers * model.OfCount(repeats);
                foreach (var (buyer, same) in times)
                {
                    sum += same * model.OfTimes(buyer);
                }
            }

            return double.IsNaN(sum) ? double.PositiveInfinity : -sum;
        }

        NelderMead.Result? best = null;
        var evaluations = 0;
        foreach (var start in starts)
        {
            var result = NelderMead.Minimise(Cost, [.. start.Select(value => Math.Log(value))]);
            evaluations += result.Evaluations;
            best = best is null || result.Value < best.Value ? result : best;
        }

        return new(create([.. best!.Point.Select(log => Math.Exp(log))]), -best.Value, evaluations);
    }
}

/// <summary>The downhill simplex of Nelder and Mead, begun anew at its own result until that no longer helps.</summary>
static class NelderMead
{
    const int EvaluationsMax = 1_500;
    const int RestartsMax = 2;

    /// <summary>Relative spread of the values at which a simplex counts as flat, whatever its width: the ridge of a degenerate fit.</summary>
    const double Flat = 1e-11;

    /// <summary>Relative spread and width (in logarithms of parameters) at which a simplex has found its place.</summary>
    const double Found = 1e-10;
    const double WidthFound = 1e-4;

    public sealed record Result(double[] Point, double Value, int Evaluations);

    public static Result Minimise(Func<double[], double> cost, double[] start)
    {
        var best = Descend(cost, start);
        for (var restart = 0; restart < RestartsMax; restart++)
        {
            var next = Descend(cost, best.Point);
            var gain = best.Value - next.Value;
            best = next with { Evaluations = best.Evaluations + next.Evaluations };
            if (gain <= 1e-9 * Math.Abs(best.Value))
            {
                break;
            }
        }

        return best;
    }

    static Result Descend(Func<double[], double> cost, double[] start)
    {
        const double edge = 0.5;
        var evaluations = 0;
        (double[] Point, double Value) At(double[] point)
        {
            evaluations++;
            return (point, cost(point));
        }

        var simplex = new (double[] Point, double Value)[start.Length + 1];
        simplex[0] = At(start);
        for (var i = 0; i < start.Length; i++)
        {
            var point = (double[])start.Clone();
            point[i] += edge;
            simplex[i + 1] = At(point);
        }

        while (true)
        {
            Array.Sort(simplex, (left, right) => left.Value.CompareTo(right.Value));
            var (best, worst) = (simplex[0], simplex[^1]);
            var spread = (worst.Value - best.Value) / Math.Abs(best.Value);
            if (evaluations >= EvaluationsMax || spread <= Flat || (spread <= Found && Width(simplex) < WidthFound))
            {
                return new(best.Point, best.Value, evaluations);
            }

            var middle = Middle(simplex.AsSpan(0, simplex.Length - 1));
            var reflected = At(Along(middle, worst.Point, -1));
            if (reflected.Value < best.Value)
            {
                var expanded = At(Along(middle, worst.Point, -2));
                simplex[^1] = expanded.Value < reflected.Value ? expanded : reflected;
            }
            else if (reflected.Value < simplex[^2].Value)
            {
                simplex[^1] = reflected;
            }
            else
            {
                var contracted = At(Along(middle, worst.Point, reflected.Value < worst.Value ? -0.5 : 0.5));
                if (contracted.Value < Math.Min(worst.Value, reflected.Value))
                {
                    simplex[^1] = contracted;
                    continue;
                }

                for (var i = 1; i < simplex.Length; i++)
                {
                    simplex[i] = At(Along(best.Point, simplex[i].Point, 0.5));
                }
            }
        }
    }

    static double[] Middle(ReadOnlySpan<(double[] Point, double Value)> points)
    {
        var middle = new double[points[0].Point.Length];
        foreach (var (point, _) in points)
        {
            for (var i = 0; i < middle.Length; i++)
            {
                middle[i] += point[i] / points.Length;
            }
        }

        return middle;
    }

    static double[] Along(double[] from, double[] to, double share)
    {
        var point = new double[from.Length];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = from[i] + (share * (to[i] - from[i]));
        }

        return point;
    }

    static double Width((double[] Point, double Value)[] simplex) =>
        simplex.Skip(1).Max(one => one.Point.Zip(simplex[0].Point, (left, right) => Math.Abs(left - right)).Max());
}
