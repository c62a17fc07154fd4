using System.Reflection;
using System.Reflection.Emit;

namespace CrmSuite.Architecture.Tests;

/// <summary>What a type calls, read from its IL: its own methods, its lambdas and iterators.</summary>
static class Calls
{
    static readonly Dictionary<short, OpCode> OneByOne = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The full names of the members called, <c>Namespace.Type.Member</c>.</summary>
    /// <param name="method">Which methods of the type are looked at, by name.</param>
    public static IEnumerable<string> Of(Type type, Func<string, bool> method)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var own = type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)).Where(member => method(member.Name));
        var nested = type.GetNestedTypes(All).Where(inner => inner.Name.StartsWith('<'))
            .SelectMany(inner => inner.GetMethods(All).Where(member => method(inner.Name.Contains("DisplayClass", StringComparison.Ordinal) || inner.Name == "<>c" ? member.Name : inner.Name.Split('>')[0] + ">")));
        return own.Concat(nested).SelectMany(In).Distinct();
    }

    static IEnumerable<string> In(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xfe ? OneByOne[unchecked((short)(0xfe00 | il[at + 1]))] : OneByOne[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok && Resolve(method, BitConverter.ToInt32(il, at)) is { } member)
            {
                yield return $"{member.DeclaringType?.FullName?.Split('[')[0]}.{member.Name}";
            }

            at += code.OperandType == OperandType.InlineSwitch ? 4 + 4 * BitConverter.ToInt32(il, at) : SizeOf(code.OperandType);
        }
    }

    static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token, method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);

    static int SizeOf(OperandType type) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
