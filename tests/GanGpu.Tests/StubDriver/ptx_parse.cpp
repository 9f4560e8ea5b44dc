// Reads a module: directives, declarations and instructions, each decoded once into the form that runs.
#include "ptx_internal.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <functional>

namespace ptx {

int size_of(Type type) {
    switch (type) {
    case Type::B8: case Type::U8: case Type::S8: return 1;
    case Type::B16: case Type::U16: case Type::S16: case Type::F16: case Type::BF16: return 2;
    case Type::B64: case Type::U64: case Type::S64: case Type::F64: return 8;
    case Type::Pred: case Type::None: return 0;
    default: return 4;
    }
}

bool is_float(Type type) { return type >= Type::F16 && type <= Type::F64; }
bool is_signed(Type type) { return type == Type::S8 || type == Type::S16 || type == Type::S32 || type == Type::S64; }

namespace {

struct Token {
    std::string text;
    int line;
};

const std::map<std::string, Type> TypeNames = {
    {"b8", Type::B8}, {"u8", Type::U8}, {"s8", Type::S8}, {"b16", Type::B16}, {"u16", Type::U16}, {"s16", Type::S16}, {"b32", Type::B32}, {"u32", Type::U32},
    {"s32", Type::S32}, {"b64", Type::B64}, {"u64", Type::U64}, {"s64", Type::S64}, {"f16", Type::F16}, {"bf16", Type::BF16}, {"f16x2", Type::F16x2},
    {"bf16x2", Type::BF16x2}, {"tf32", Type::TF32}, {"f32", Type::F32}, {"f64", Type::F64}, {"pred", Type::Pred},
};

Type type_of(const std::string &name) {
    auto found = TypeNames.find(name);
    return found == TypeNames.end() ? Type::None : found->second;
}

const std::map<std::string, Special> SpecialNames = {
    {"%tid.x", Special::TidX}, {"%tid.y", Special::TidY}, {"%tid.z", Special::TidZ}, {"%ntid.x", Special::NtidX}, {"%ntid.y", Special::NtidY}, {"%ntid.z", Special::NtidZ},
    {"%ctaid.x", Special::CtaidX}, {"%ctaid.y", Special::CtaidY}, {"%ctaid.z", Special::CtaidZ}, {"%nctaid.x", Special::NctaidX}, {"%nctaid.y", Special::NctaidY},
    {"%nctaid.z", Special::NctaidZ}, {"%laneid", Special::Lane}, {"%warpid", Special::Warp}, {"%nwarpid", Special::Warps}, {"%smid", Special::Zero}, {"%nsmid", Special::One},
    {"%gridid", Special::Zero}, {"%lanemask_eq", Special::MaskEq}, {"%lanemask_le", Special::MaskLe}, {"%lanemask_lt", Special::MaskLt}, {"%lanemask_ge", Special::MaskGe},
    {"%lanemask_gt", Special::MaskGt}, {"%dynamic_smem_size", Special::DynamicShared}, {"%total_smem_size", Special::TotalShared}, {"%clock", Special::Zero},
};

enum class What { Register, Address, Label, Table };

struct Symbol {
    What what = What::Register;
    Type type = Type::None;
    bool used = false;
    Operand operand;     // of a register
    Space space = Space::Generic;
    uint64_t value = 0;  // an address
    bool dynamic = false;
    int index = -1;      // of a label: the instruction
    std::vector<std::string> table;
};

struct Scope {
    int parent;
    std::unordered_map<std::string, Symbol> symbols;
};

// An operand as written.
struct Raw {
    enum Form { Name, Number, Vector, Memory, Pair } form = Name;
    std::string name, second;
    bool negated = false;
    uint64_t bits = 0;
    double real = 0;
    bool is_real = false;
    int width = 0; // of 0f and 0d: 4 and 8
    int64_t offset = 0;
    std::vector<Raw> parts;
};

std::vector<Token> tokens_of(const std::string &text) {
    std::vector<Token> tokens;
    int line = 1;
    size_t n = text.size();
    auto in_word = [](char c) { return std::isalnum((unsigned char)c) || c == '_' || c == '$' || c == '%' || c == '.'; };
    for (size_t k = 0; k < n;) {
        char c = text[k];
        if (c == '\n')
            line++, k++;
        else if (std::isspace((unsigned char)c) || c == '\0')
            k++;
        else if (c == '/' && k + 1 < n && text[k + 1] == '/')
            while (k < n && text[k] != '\n')
                k++;
        else if (c == '/' && k + 1 < n && text[k + 1] == '*') {
            for (k += 2; k + 1 < n && !(text[k] == '*' && text[k + 1] == '/'); k++)
                line += text[k] == '\n';
            k += 2;
        } else if (c == '"') {
            size_t end = text.find('"', k + 1);
            if (end == std::string::npos)
                throw LoadError{line, "a string without end"};
            tokens.push_back({text.substr(k, end + 1 - k), line});
            k = end + 1;
        } else if (in_word(c)) {
            size_t begin = k;
            bool number = std::isdigit((unsigned char)c);
            bool hexadecimal = number && c == '0' && k + 1 < n && std::strchr("xXfFdDbB", text[k + 1]);
            while (k < n) {
                if (in_word(text[k]))
                    k++;
                else if (text[k] == ':' && k + 2 < n && text[k + 1] == ':' && in_word(text[k + 2]))
                    k += 2;
                else if (number && !hexadecimal && (text[k] == '-' || text[k] == '+') && (text[k - 1] == 'e' || text[k - 1] == 'E'))
                    k++;
                else
                    break;
            }
            tokens.push_back({text.substr(begin, k - begin), line});
        } else {
            tokens.push_back({std::string(1, c), line});
            k++;
        }
    }
    tokens.push_back({"", line});
    return tokens;
}

std::vector<std::string> split(const std::string &word) {
    std::vector<std::string> parts;
    size_t begin = 0;
    for (size_t k = 0; k <= word.size(); k++)
        if (k == word.size() || word[k] == '.') {
            parts.push_back(word.substr(begin, k - begin));
            begin = k + 1;
        }
    return parts;
}

class Parser {
  public:
    explicit Parser(Module &m) : module(m), tokens(tokens_of(m.text)) {}

    void parse_module() {
        size_t begin = 0;
        for (size_t k = 0; k <= module.text.size(); k++)
            if (k == module.text.size() || module.text[k] == '\n') {
                module.lines.push_back(module.text.substr(begin, k - begin));
                begin = k + 1;
            }
        scopes.push_back({-1, {}});
        while (!peek().empty()) {
            if (accept(".version"))
                version = (int)(strtod(next().c_str(), nullptr) * 10 + 0.5);
            else if (accept(".address_size")) {
                if (next() != "64")
                    fail("addresses must have 64 bits");
            } else if (accept(".target")) {
                std::string target = next();
                if (target.compare(0, 3, "sm_") != 0)
                    fail("unknown target " + target);
                architecture = atoi(target.c_str() + 3);
                while (accept(","))
                    next();
            } else if (accept(".visible") || accept(".weak") || accept(".common"))
                ;
            else if (accept(".extern"))
                external = true;
            else if (accept(".entry"))
                entry();
            else if (accept(".file")) {
                while (peek_line() == last_line && !peek().empty())
                    next();
            } else if (accept(".pragma")) {
                next();
                expect(";");
            } else if (peek() == ".section") {
                skip_braces();
            } else if (!declaration())
                fail("unknown directive " + peek());
        }
    }

  private:
    Module &module;
    std::vector<Token> tokens;
    size_t at = 0;
    int last_line = 1;
    bool external = false;
    int version = 0, architecture = 0;
    std::vector<Scope> scopes;
    int scope = 0;
    Kernel *kernel = nullptr;
    uint64_t shared_end = 0;
    std::vector<Range> module_shared;
    std::map<std::pair<bool, uint64_t>, Operand> constants;
    std::map<std::string, Operand> specials;
    std::vector<std::string> statement_parts;
    struct Fixup {
        size_t instruction;
        std::string label;
        int scope, line;
        bool table;
    };
    std::vector<Fixup> fixups;

    const std::string &peek(size_t ahead = 0) const { return tokens[std::min(at + ahead, tokens.size() - 1)].text; }
    int peek_line() const { return tokens[at].line; }

    std::string next() {
        last_line = tokens[at].line;
        std::string text = tokens[at].text;
        if (at + 1 < tokens.size())
            at++;
        return text;
    }

    bool accept(const char *text) {
        if (peek() != text)
            return false;
        next();
        return true;
    }

    void expect(const char *text) {
        if (peek() != text) {
            last_line = peek_line();
            fail(std::string("expected ") + text + ", found " + (peek().empty() ? "the end" : peek()));
        }
        next();
    }

    [[noreturn]] void fail(const std::string &what) const { throw LoadError{last_line, what}; }

    void skip_braces() {
        while (peek() != "{" && !peek().empty())
            next();
        int depth = 0;
        do {
            if (peek().empty())
                fail("braces without end");
            std::string t = next();
            depth += t == "{" ? 1 : t == "}" ? -1 : 0;
        } while (depth > 0);
    }

    Symbol *find(const std::string &name) { return find(name, scope); }
    Symbol *find(const std::string &name, int from) {
        for (int s = from; s >= 0; s = scopes[s].parent) {
            auto found = scopes[s].symbols.find(name);
            if (found != scopes[s].symbols.end())
                return &found->second;
        }
        return nullptr;
    }

    Symbol &declare(const std::string &name) {
        auto [found, added] = scopes[scope].symbols.try_emplace(name);
        if (!added)
            fail(name + " is declared twice");
        return found->second;
    }

    uint64_t integer(const std::string &text) {
        if (text.empty() || !std::isdigit((unsigned char)text[0]))
            fail("expected a number, found " + text);
        char *end;
        uint64_t v = text.size() > 2 && (text[1] == 'b' || text[1] == 'B') ? strtoull(text.c_str() + 2, &end, 2) : strtoull(text.c_str(), &end, 0);
        if (*end != 0 && strcmp(end, "U") != 0)
            fail(text + " is no number");
        return v;
    }

    // .reg and variables. False where the next token begins no declaration.
    bool declaration() {
        static const std::map<std::string, Space> spaces = {{".shared", Space::Shared}, {".local", Space::Local}, {".global", Space::Global}, {".const", Space::Const}};
        if (accept(".reg")) {
            std::string word = next();
            while (word == ".v2" || word == ".v4")
                fail("registers of vectors are not supported");
            Type type = type_of(word.substr(1));
            if (type == Type::None)
                fail("unknown type " + word);
            do {
                std::string name = next();
                if (accept("<")) {
                    uint64_t count = integer(next());
                    expect(">");
                    if (count > 1000000)
                        fail("too many registers");
                    for (uint64_t k = 0; k < count; k++)
                        declare(name + std::to_string(k)).type = type;
                } else
                    declare(name).type = type;
            } while (accept(","));
            expect(";");
            return true;
        }
        auto found = spaces.find(peek());
        if (found == spaces.end())
            return false;
        next();
        variable(found->second);
        return true;
    }

    void variable(Space space) {
        uint64_t align = 0, elements = 1;
        Type type = Type::None;
        int vector = 1;
        for (;;) {
            if (accept(".align"))
                align = integer(next());
            else if (accept(".v2"))
                vector = 2;
            else if (accept(".v4"))
                vector = 4;
            else if (peek()[0] == '.' && (type = type_of(peek().substr(1))) != Type::None) {
                next();
                break;
            } else
                fail("unknown in a declaration: " + next());
        }
        std::string name = next();
        bool open = false;
        while (accept("[")) {
            if (accept("]"))
                open = true;
            else {
                elements *= integer(next());
                expect("]");
            }
        }
        uint64_t unit = (uint64_t)size_of(type) * vector, bytes = unit * elements;
        if (align == 0)
            align = unit;
        if (align & (align - 1))
            fail("an alignment must be a power of two");
        std::vector<uint64_t> values;
        bool initial = accept("=");
        if (initial) {
            int depth = 0;
            do {
                if (accept("{"))
                    depth++;
                else if (accept("}"))
                    depth--;
                else if (!accept(",")) {
                    Raw raw = operand();
                    values.push_back(number_bits(raw, type));
                }
            } while (depth > 0);
        }
        expect(";");
        bool was_external = external;
        external = false;
        Symbol &symbol = declare(name);
        symbol.what = What::Address;
        symbol.space = space;
        symbol.type = type;
        if (space == Space::Shared) {
            if (was_external || open) {
                symbol.dynamic = true;
                symbol.value = 0;
                return;
            }
            if (initial)
                fail("shared memory cannot be initialised");
            uint64_t begin = place(shared_end, align);
            symbol.value = begin;
            shared_end = begin + bytes;
            (kernel ? kernel->shared : module_shared).push_back({begin, begin + bytes, name});
        } else if (space == Space::Local) {
            if (!kernel)
                fail("local memory outside of a kernel");
            uint64_t begin = place(kernel->local_bytes, align);
            symbol.value = begin;
            kernel->local_bytes = begin + bytes;
            kernel->local.push_back({begin, begin + bytes, name});
        } else {
            if (was_external || open)
                fail("external memory is not supported");
            auto storage = std::make_unique<uint64_t[]>(bytes / 8 + 34);
            uint64_t begin = ((uint64_t)storage.get() + 127) & ~127ull;
            if (values.size() > elements * vector)
                fail("too many values");
            for (size_t k = 0; k < values.size(); k++)
                memcpy((void *)(begin + k * size_of(type)), &values[k], size_of(type));
            symbol.value = begin;
            module.variables.push_back({begin, begin + bytes, name});
            module.storage.push_back(std::move(storage));
        }
    }

    // Aligned as declared and no better, so that an access that needs more shows; with a gap, so that one beyond the end does.
    static uint64_t place(uint64_t end, uint64_t align) {
        uint64_t begin = (end + 64 + align - 1) & ~(align - 1);
        if (end == 0)
            begin = align < 16 ? align : 0;
        else if (begin % (2 * align) == 0 && align < 64)
            begin += align;
        return begin;
    }

    Raw operand() {
        Raw raw;
        if (accept("!"))
            raw.negated = true;
        if (accept("{")) {
            raw.form = Raw::Vector;
            do
                raw.parts.push_back(operand());
            while (accept(","));
            expect("}");
            return raw;
        }
        if (accept("[")) {
            raw.form = Raw::Memory;
            std::string word = next();
            if (std::isdigit((unsigned char)word[0]))
                raw.offset = (int64_t)integer(word);
            else
                raw.name = word;
            while (peek() == "+" || peek() == "-") {
                int64_t sign = next() == "+" ? 1 : -1;
                if (accept("-"))
                    sign = -sign;
                raw.offset += sign * (int64_t)integer(next());
            }
            expect("]");
            return raw;
        }
        bool minus = false;
        while (peek() == "-" || peek() == "+")
            minus ^= next() == "-";
        std::string word = next();
        if (word.empty())
            fail("an operand is missing");
        if (std::isdigit((unsigned char)word[0])) {
            raw.form = Raw::Number;
            if (word.size() == 10 && word[0] == '0' && (word[1] == 'f' || word[1] == 'F')) {
                uint32_t bits = (uint32_t)strtoul(word.c_str() + 2, nullptr, 16);
                float f;
                if (minus)
                    bits ^= 0x80000000u;
                memcpy(&f, &bits, 4);
                raw.bits = bits, raw.real = f, raw.is_real = true, raw.width = 4;
            } else if (word.size() == 18 && word[0] == '0' && (word[1] == 'd' || word[1] == 'D')) {
                raw.bits = strtoull(word.c_str() + 2, nullptr, 16) ^ (minus ? 1ull << 63 : 0);
                memcpy(&raw.real, &raw.bits, 8);
                raw.is_real = true, raw.width = 8;
            } else if (!(word.size() > 1 && (word[1] == 'x' || word[1] == 'X')) && word.find_first_of(".eE") != std::string::npos) {
                raw.real = strtod(word.c_str(), nullptr) * (minus ? -1 : 1);
                raw.is_real = true;
            } else {
                raw.bits = integer(word);
                if (minus)
                    raw.bits = 0 - raw.bits;
            }
            return raw;
        }
        if (minus || !(std::isalpha((unsigned char)word[0]) || word[0] == '_' || word[0] == '$' || word[0] == '%'))
            fail("unexpected " + word);
        raw.name = word;
        if (accept("|")) {
            raw.form = Raw::Pair;
            raw.second = next();
        } else if (peek() == "+" && (peek(1).empty() || std::isdigit((unsigned char)peek(1)[0]))) {
            next();
            raw.offset = (int64_t)integer(next());
        }
        return raw;
    }

    uint64_t number_bits(const Raw &raw, Type type) {
        if (raw.form == Raw::Name) {
            Symbol *s = find(raw.name);
            if (s && s->what == What::Address)
                return s->value + raw.offset;
        }
        if (raw.form != Raw::Number)
            fail("a number is expected");
        if (raw.is_real) {
            if (type == Type::F64) {
                uint64_t bits;
                memcpy(&bits, &raw.real, 8);
                return bits;
            }
            if (raw.width == 4 || (raw.width == 8 && size_of(type) == 8))
                return raw.bits;
            if (size_of(type) == 4) {
                float f = (float)raw.real;
                uint32_t bits;
                memcpy(&bits, &f, 4);
                return bits;
            }
            fail("a real number does not fit here");
        }
        if (type == Type::F32 || type == Type::F64)
            fail("an integer where a real number is expected");
        return raw.bits;
    }

    Operand constant(bool wide, uint64_t value, bool dynamic = false) {
        if (!wide)
            value = (uint32_t)value;
        auto found = constants.find({wide, value});
        if (!dynamic && found != constants.end())
            return found->second;
        Operand o;
        o.wide = wide;
        o.at = slot(wide);
        kernel->constants.push_back({o.at, wide, value, dynamic});
        if (!dynamic)
            constants[{wide, value}] = o;
        return o;
    }

    uint32_t slot(bool wide) {
        uint32_t at = kernel->file_bytes;
        kernel->file_bytes += wide ? 8 * Lanes : 4 * Lanes;
        return at;
    }

    void use(const std::string &name, Symbol &symbol) {
        if (symbol.used)
            return;
        symbol.used = true;
        symbol.operand.init = kernel->init_count++;
        kernel->registers.push_back(name);
        if (symbol.type == Type::Pred)
            symbol.operand.at = kernel->pred_count++;
        else {
            symbol.operand.wide = size_of(symbol.type) == 8;
            symbol.operand.at = slot(symbol.operand.wide);
        }
    }

    Symbol &register_named(const std::string &name) {
        Symbol *symbol = find(name);
        if (!symbol)
            fail(name + " is not declared");
        if (symbol->what != What::Register)
            fail(name + " is no register");
        use(name, *symbol);
        return *symbol;
    }

    // exact: the register must be as wide as the type.
    Operand value(const Raw &raw, Type type, bool exact = true) {
        bool wide = size_of(type) == 8;
        if (raw.negated)
            fail("! is for predicates");
        if (raw.form == Raw::Number)
            return constant(wide, size_of(type) < 4 && !raw.is_real && !is_signed(type) ? raw.bits & ((1ull << (8 * size_of(type))) - 1) : number_bits(raw, type));
        if (raw.form != Raw::Name)
            fail("a register or a number is expected");
        auto special = SpecialNames.find(raw.name);
        if (special != SpecialNames.end()) {
            if (wide)
                fail(raw.name + " has 32 bits");
            auto known = specials.find(raw.name);
            if (known != specials.end())
                return known->second;
            Operand o;
            o.at = slot(false);
            kernel->specials.push_back({o.at, special->second});
            return specials[raw.name] = o;
        }
        if (raw.name == "WARP_SZ")
            return constant(wide, Lanes);
        if (raw.name == "%clock64" || raw.name == "%globaltimer")
            return constant(true, 0);
        Symbol *symbol = find(raw.name);
        if (symbol && symbol->what == What::Address)
            return constant(wide, symbol->value + raw.offset, symbol->dynamic);
        Symbol &r = register_named(raw.name);
        if (r.type == Type::Pred)
            fail(raw.name + " is a predicate");
        if (exact && r.operand.wide != wide)
            fail(raw.name + (wide ? " has not" : " has") + " 64 bits");
        return r.operand;
    }

    Operand destination(const Raw &raw, Type type, bool exact = true) {
        if (raw.form == Raw::Name && raw.name == "_") { // a place that nobody reads
            Operand o;
            o.wide = size_of(type) == 8;
            o.at = slot(o.wide);
            return o;
        }
        if (raw.form != Raw::Name)
            fail("a register is expected");
        Symbol &r = register_named(raw.name);
        if (r.type == Type::Pred)
            fail(raw.name + " is a predicate");
        if (exact && r.operand.wide != (size_of(type) == 8))
            fail(raw.name + (r.operand.wide ? " has" : " has not") + " 64 bits");
        return r.operand;
    }

    Operand predicate(const Raw &raw, bool written = false) {
        if (raw.form == Raw::Number && !written) {
            Operand o;
            o.at = kernel->pred_count++;
            kernel->pred_constants.push_back({o.at, raw.bits != 0});
            o.negated = raw.negated;
            return o;
        }
        if (raw.form != Raw::Name)
            fail("a predicate is expected");
        if (written && raw.name == "_") {
            Operand o;
            o.at = kernel->pred_count++;
            return o;
        }
        Symbol &r = register_named(raw.name);
        if (r.type != Type::Pred)
            fail(raw.name + " is no predicate");
        Operand o = r.operand;
        o.negated = raw.negated;
        return o;
    }

    // The base of [base + offset].
    Operand base(const Raw &raw, Space space, int64_t &offset) {
        if (raw.form != Raw::Memory)
            fail("an address in brackets is expected");
        offset = raw.offset;
        if (raw.name.empty())
            return constant(true, 0);
        Symbol *symbol = find(raw.name);
        if (symbol && symbol->what == What::Address) {
            bool fits = symbol->space == space || (space == Space::Generic && (symbol->space == Space::Global || symbol->space == Space::Const));
            if (!fits)
                fail(raw.name + " is in another space");
            return constant(true, symbol->value, symbol->dynamic);
        }
        Symbol &r = register_named(raw.name);
        if (r.type == Type::Pred || size_of(r.type) < 4)
            fail(raw.name + " holds no address");
        if (!r.operand.wide && space != Space::Shared && space != Space::Local && space != Space::Param)
            fail(raw.name + " has 32 bits, an address 64");
        return r.operand;
    }

    void entry() {
        std::string name = next();
        auto made = std::make_unique<Kernel>();
        kernel = made.get();
        kernel->name = name;
        kernel->registers.push_back("a constant");
        kernel->shared = module_shared;
        uint64_t module_end = shared_end;
        constants.clear();
        specials.clear();
        fixups.clear();
        scopes.push_back({0, {}});
        scope = (int)scopes.size() - 1;
        if (accept("(")) {
            while (!accept(")")) {
                parameter();
                accept(",");
            }
        }
        for (;;) {
            unsigned *limits = peek() == ".reqntid" ? kernel->required : peek() == ".maxntid" ? kernel->most : nullptr;
            if (limits) {
                next();
                for (int k = 0; k < 3; k++)
                    limits[k] = 1;
                int k = 0;
                do
                    limits[k++] = (unsigned)integer(next());
                while (k < 3 && accept(","));
            } else if (accept(".minnctapersm") || accept(".maxnctapersm") || accept(".maxnreg"))
                next();
            else if (accept(".pragma")) {
                next();
                expect(";");
            } else
                break;
        }
        if (accept(";")) { // a declaration
            scope = 0;
            kernel = nullptr;
            return;
        }
        expect("{");
        int depth = 1;
        while (depth > 0) {
            if (peek().empty())
                fail("a kernel without end");
            if (accept("{")) {
                scopes.push_back({scope, {}});
                scope = (int)scopes.size() - 1;
                depth++;
            } else if (accept("}")) {
                scope = scopes[scope].parent;
                depth--;
            } else
                statement();
        }
        finish();
        shared_end = module_end;
        scope = 0;
        kernel = nullptr;
        if (!module.kernels.emplace(name, std::move(made)).second)
            fail("kernel " + name + " is there twice");
    }

    void parameter() {
        expect(".param");
        uint64_t align = 0, elements = 1;
        Type type = Type::None;
        for (;;) {
            if (accept(".align"))
                align = integer(next());
            else if (accept(".ptr") || accept(".global") || accept(".shared") || accept(".const") || accept(".local"))
                ;
            else if (peek()[0] == '.' && type_of(peek().substr(1)) != Type::None)
                type = type_of(next().substr(1));
            else
                break;
        }
        if (type == Type::None)
            fail("a parameter without type");
        std::string name = next();
        if (accept("[")) {
            elements = integer(next());
            expect("]");
        }
        // .align of a .ptr speaks of what it points to.
        uint64_t natural = elements == 1 ? (uint64_t)size_of(type) : std::max<uint64_t>(align, (uint64_t)size_of(type));
        kernel->parameter_bytes = (kernel->parameter_bytes + natural - 1) & ~(natural - 1);
        Symbol &symbol = declare(name);
        symbol.what = What::Address;
        symbol.space = Space::Param;
        symbol.value = kernel->parameter_bytes;
        kernel->parameter_bytes += elements * size_of(type);
    }

    void statement() {
        if (accept(";"))
            return;
        if (accept(".loc")) {
            while (peek_line() == last_line && !peek().empty())
                next();
            return;
        }
        if (accept(".pragma")) {
            next();
            expect(";");
            return;
        }
        if (accept(".extern")) {
            external = true;
            return;
        }
        if (declaration())
            return;
        last_line = peek_line();
        if (peek()[0] == '.')
            fail("unknown directive " + peek());
        if (peek(1) == ":") {
            std::string name = next();
            next();
            if (peek() == ".branchtargets") {
                next();
                std::vector<std::string> table;
                do
                    table.push_back(next());
                while (accept(","));
                expect(";");
                Symbol &symbol = declare(name);
                symbol.what = What::Table;
                symbol.table = table;
                return;
            }
            Symbol &symbol = declare(name);
            symbol.what = What::Label;
            symbol.index = (int)kernel->code.size();
            return;
        }
        Inst i;
        i.line = (uint32_t)last_line;
        if (accept("@")) {
            Raw guard;
            guard.negated = accept("!");
            guard.name = next();
            Operand p = predicate(guard);
            i.guard = (int32_t)p.at;
            i.guard_init = p.init;
            i.guard_negated = p.negated;
        }
        std::string word = next();
        int line = last_line;
        i.line = (uint32_t)line;
        std::vector<Raw> operands;
        if (peek() != ";") {
            do
                operands.push_back(operand());
            while (accept(","));
        }
        expect(";");
        last_line = line;
        instruction(i, word, operands);
        kernel->code.push_back(std::move(i));
    }

    void count(const std::vector<Raw> &operands, size_t least, size_t most) {
        if (operands.size() < least || operands.size() > most)
            fail(format("%zu operands, not %zu", operands.size(), least));
    }

    // What the assembler would refuse for the module's .target and .version.
    void needs(const std::string &word, int least_architecture, int least_version) const {
        if (architecture < least_architecture)
            fail(format("%s needs sm_%d, the module is for sm_%d", word.c_str(), least_architecture, architecture));
        if (version < least_version)
            fail(format("%s needs PTX %d.%d, the module is %d.%d", word.c_str(), least_version / 10, least_version % 10, version / 10, version % 10));
    }

    void instruction(Inst &i, const std::string &word, std::vector<Raw> &o) {
        std::vector<std::string> parts = split(word);
        const std::string op = parts[0];
        auto has = [&](const char *name) { return std::find(parts.begin() + 1, parts.end(), name) != parts.end(); };
        auto unknown = [&]() { fail("unknown instruction " + word); };
        auto allow = [&](std::initializer_list<const char *> names) {
            for (size_t k = 1; k < parts.size(); k++)
                if (type_of(parts[k]) == Type::None && std::none_of(names.begin(), names.end(), [&](const char *n) { return parts[k] == n; }))
                    fail("unknown modifier ." + parts[k] + " of " + word);
        };
        auto source = [&](const Operand &operand) {
            if (i.sources == 12)
                fail("too many operands");
            i.s[i.sources++] = operand;
        };
        auto dest = [&](const Operand &operand) {
            if (i.destinations == 4)
                fail("too many destinations");
            i.d[i.destinations++] = operand;
        };
        auto pred = [&](const Operand &operand) { i.ps[i.pred_sources++] = operand; };
        auto pred_dest = [&](const Operand &operand) { i.pd[i.pred_destinations++] = operand; };
        std::vector<Type> types;
        for (size_t k = 1; k < parts.size(); k++)
            if (type_of(parts[k]) != Type::None)
                types.push_back(type_of(parts[k]));
        i.type = types.empty() ? Type::None : types.back();
        bool brain = std::any_of(types.begin(), types.end(), [](Type t) { return t == Type::BF16 || t == Type::BF16x2 || t == Type::TF32; });
        if (brain)
            needs(word, 80, 70);
        if (op == "cvt" && types.size() == 2 && types[1] == Type::BF16)
            needs(word, 90, 78);
        if (op == "cp" || op == "redux" || ((op == "min" || op == "max") && has("NaN")))
            needs(word, 80, 70);
        if (op == "mma")
            needs(word, has("m16n8k16") ? 80 : 75, has("m16n8k16") ? 70 : 65);
        if (op == "ldmatrix")
            needs(word, 75, 65);
        if (op == "tanh")
            needs(word, 75, 70);
        i.flush = has("ftz");
        i.saturate = has("sat") || has("satfinite");
        static const std::map<std::string, Rounding> roundings = {
            {"rn", Rounding::Nearest}, {"rz", Rounding::Zero}, {"rm", Rounding::Down}, {"rp", Rounding::Up}, {"rna", Rounding::Away},
            {"rni", Rounding::NearestInt}, {"rzi", Rounding::ZeroInt}, {"rmi", Rounding::DownInt}, {"rpi", Rounding::UpInt}};
        for (size_t k = 1; k < parts.size(); k++) {
            auto r = roundings.find(parts[k]);
            if (r != roundings.end())
                i.rounding = r->second;
        }

        if (op == "bra" || op == "brx") {
            i.uniform = has("uni");
            if (op == "bra") {
                allow({"uni"});
                count(o, 1, 1);
                i.kind = Kind::Branch;
                fixups.push_back({kernel->code.size(), o[0].name, scope, last_line, false});
            } else {
                allow({"idx", "uni"});
                count(o, 2, 2);
                i.kind = Kind::Indexed;
                source(value(o[0], Type::U32));
                fixups.push_back({kernel->code.size(), o[1].name, scope, last_line, true});
            }
            return;
        }
        if (op == "ret" || op == "exit") {
            allow({"uni"});
            i.kind = Kind::Exit;
            return;
        }
        if (op == "trap" || op == "brkpt") {
            i.kind = Kind::Trap;
            return;
        }
        if (op == "bar" || op == "barrier") {
            if (has("warp")) {
                allow({"warp", "sync"});
                count(o, 1, 1);
                i.kind = Kind::WarpBarrier;
                source(value(o[0], Type::B32));
                return;
            }
            if (!has("sync"))
                unknown();
            allow({"sync", "cta", "aligned"});
            count(o, 1, 2);
            i.kind = Kind::Barrier;
            i.aligned = op == "bar" || has("aligned");
            for (const Raw &raw : o)
                source(value(raw, Type::U32));
            return;
        }
        if (op == "membar" || op == "fence" || op == "nanosleep" || op == "prefetch" || op == "prefetchu" || op == "griddepcontrol") {
            i.run = [](Context &, const Inst &, uint32_t) {};
            return;
        }
        if (op == "ld" || op == "ldu" || op == "st") {
            bool loads = op != "st";
            i.space = Space::Generic;
            for (size_t k = 1; k < parts.size(); k++) {
                const std::string &p = parts[k];
                if (p == "global") i.space = Space::Global;
                else if (p == "shared" || p == "shared::cta") i.space = Space::Shared;
                else if (p == "local") i.space = Space::Local;
                else if (p == "param" || p == "param::entry") i.space = Space::Param;
                else if (p == "const") i.space = Space::Const;
                else if (p == "v2") i.vector = 2;
                else if (p == "v4") i.vector = 4;
                else if (type_of(p) == Type::None && !std::count(std::begin(load_words), std::end(load_words), p))
                    fail("unknown modifier ." + p + " of " + word);
            }
            count(o, 2, 2);
            i.size = (uint8_t)size_of(i.type);
            if (types.size() != 1 || i.size == 0)
                unknown();
            if (i.vector * i.size > 16)
                fail("more than 16 bytes at once");
            const Raw &memory = o[loads ? 0 + 1 : 0], &data = o[loads ? 0 : 1];
            Operand address = base(memory, i.space, i.offset);
            if (i.space == Space::Const)
                i.space = Space::Global;
            if (i.space == Space::Param && !loads)
                fail("a kernel's parameters are read only");
            source(address);
            if ((data.form == Raw::Vector) != (i.vector > 1) || (i.vector > 1 && (int)data.parts.size() != i.vector))
                fail("as many registers as .v says are expected");
            for (int k = 0; k < i.vector; k++) {
                const Raw &one = i.vector > 1 ? data.parts[k] : data;
                // A register may be wider than what is loaded or stored, not narrower.
                Type type = i.size < 4 ? Type::B32 : i.type;
                if (loads) {
                    Operand d = destination(one, type, false);
                    if (i.size == 8 && !d.wide)
                        fail(one.name + " has not 64 bits");
                    dest(d);
                } else {
                    Operand s = value(one, i.size < 4 && one.form == Raw::Number ? Type::B32 : i.type, false);
                    if (i.size == 8 && !s.wide)
                        fail(one.name + " has not 64 bits");
                    source(s);
                }
            }
            if (i.space == Space::Shared || i.space == Space::Generic)
                kernel->shared_granule = std::min<int>(kernel->shared_granule, i.size);
            i.run = loads ? load_handler() : store_handler();
            return;
        }
        if (op == "cvta" || op == "isspacep") {
            i.space = has("shared") || has("shared::cta") ? Space::Shared : has("local") ? Space::Local : has("global") ? Space::Global : has("const") ? Space::Const : has("param") ? Space::Param : Space::Generic;
            if (i.space == Space::Generic || i.space == Space::Param)
                unknown();
            count(o, 2, 2);
            if (op == "isspacep") {
                i.a = 1;
                pred_dest(predicate(o[0], true));
                source(value(o[1], Type::U64));
            } else {
                i.flag = has("to");
                Raw raw = o[1];
                i.offset = raw.form == Raw::Name && find(raw.name) && find(raw.name)->what == What::Address ? 0 : raw.offset;
                dest(destination(o[0], Type::U64));
                source(value(raw, Type::U64));
            }
            i.run = convert_address_handler();
            return;
        }
        if (op == "cvt") {
            if (types.size() != 2)
                unknown();
            allow({"rn", "rz", "rm", "rp", "rna", "rni", "rzi", "rmi", "rpi", "ftz", "sat", "satfinite", "relu", "pack"});
            i.type = types[0];
            i.from = types[1];
            bool two = i.type == Type::BF16x2 || i.type == Type::F16x2;
            if (has("satfinite") || has("pack") || (i.rounding == Rounding::Away) != (i.type == Type::TF32))
                unknown();
            if (i.type == Type::TF32 && i.from != Type::F32)
                unknown();
            // The manual demands a rounding where a conversion may round.
            bool narrows = is_float(i.type) && (!is_float(i.from) || size_of(i.type) < size_of(i.from)), to_int = !is_float(i.type) && is_float(i.from);
            if ((narrows || to_int || two) && i.rounding == Rounding::None)
                fail(word + " names no rounding");
            if (to_int && (i.rounding == Rounding::Nearest || i.rounding == Rounding::Zero || i.rounding == Rounding::Down || i.rounding == Rounding::Up))
                fail(word + ": a conversion to an integer rounds by .rni, .rzi, .rmi or .rpi");
            if (!is_float(i.type) && !is_float(i.from) && i.rounding != Rounding::None)
                fail(word + ": integers are not rounded");
            if ((i.type == Type::BF16 || two || i.type == Type::F16) && i.rounding != Rounding::Nearest && i.rounding != Rounding::Zero && is_float(i.from) && narrows)
                fail(word + ": only .rn and .rz");
            i.flag = has("relu");
            count(o, two ? 3 : 2, two ? 3 : 2);
            Operand d = destination(o[0], i.type, false);
            if (size_of(i.type) == 8 && !d.wide)
                fail(o[0].name + " has not 64 bits");
            dest(d);
            for (size_t k = 1; k < o.size(); k++) {
                Operand s = value(o[k], i.from, false);
                if (size_of(i.from) == 8 && !s.wide)
                    fail(o[k].name + " has not 64 bits");
                source(s);
            }
            i.run = conversion(i);
            if (!i.run)
                unknown();
            return;
        }
        if (op == "setp") {
            static const char *names[] = {"", "and", "or", "xor"};
            if (parts.size() < 3)
                unknown();
            for (uint8_t k = 1; k < 4; k++)
                if (parts[2] == names[k])
                    i.a = k;
            allow({parts[1].c_str(), names[i.a], "ftz"});
            count(o, i.a ? 4 : 3, i.a ? 4 : 3);
            Raw first = o[0];
            first.form = Raw::Name;
            pred_dest(predicate(first, true));
            if (o[0].form == Raw::Pair) {
                Raw second;
                second.name = o[0].second;
                pred_dest(predicate(second, true));
            }
            source(value(o[1], i.type));
            source(value(o[2], i.type));
            if (i.a)
                pred(predicate(o[3]));
            i.run = comparison(parts[1], i.type);
            if (!i.run)
                unknown();
            return;
        }
        if (op == "selp") {
            allow({});
            count(o, 4, 4);
            if (size_of(i.type) < 2)
                unknown();
            dest(destination(o[0], i.type));
            source(value(o[1], i.type));
            source(value(o[2], i.type));
            pred(predicate(o[3]));
        } else if (i.type == Type::Pred && (op == "and" || op == "or" || op == "xor" || op == "not" || op == "mov")) {
            size_t n = op == "not" || op == "mov" ? 2 : 3;
            count(o, n, n);
            pred_dest(predicate(o[0], true));
            for (size_t k = 1; k < n; k++)
                pred(predicate(o[k]));
        } else if (op == "mov") {
            allow({});
            count(o, 2, 2);
            if (size_of(i.type) < 2)
                unknown();
            auto part_type = [&](size_t n) {
                int size = size_of(i.type) / (int)n;
                return size == 4 ? Type::B32 : size == 2 ? Type::B16 : Type::B8;
            };
            if (o[0].form == Raw::Vector)
                for (const Raw &raw : o[0].parts)
                    dest(destination(raw, part_type(o[0].parts.size())));
            else
                dest(destination(o[0], i.type));
            if (o[1].form == Raw::Vector)
                for (const Raw &raw : o[1].parts)
                    source(value(raw, part_type(o[1].parts.size())));
            else
                source(value(o[1], i.type));
        } else if (op == "atom" || op == "red") {
            static const char *names[] = {"add", "min", "max", "and", "or", "xor", "exch", "cas", "inc", "dec"};
            bool known = false;
            for (uint8_t k = 0; k < 10; k++)
                if (has(names[k]))
                    i.a = k, known = true;
            allow({"add", "min", "max", "and", "or", "xor", "exch", "cas", "inc", "dec", "global", "shared", "shared::cta", "relaxed", "acquire", "release", "acq_rel", "cta", "gpu", "sys"});
            i.space = has("global") ? Space::Global : has("shared") || has("shared::cta") ? Space::Shared : Space::Generic;
            i.size = (uint8_t)size_of(i.type);
            if (!known || i.size < 4 || (is_float(i.type) && i.a != 0) || i.type == Type::F16x2 || i.type == Type::BF16x2)
                unknown();
            bool returns = op == "atom";
            size_t first = returns ? 1 : 0, n = first + (i.a == 7 ? 3 : 2);
            count(o, n, n);
            if (returns)
                dest(destination(o[0], i.type));
            source(base(o[first], i.space, i.offset));
            for (size_t k = first + 1; k < n; k++)
                source(value(o[k], i.type));
            i.run = atomic_handler();
            return;
        } else if (op == "shfl") {
            static const char *names[] = {"up", "down", "bfly", "idx"};
            if (!has("sync"))
                unknown();
            allow({"sync", "up", "down", "bfly", "idx"});
            for (uint8_t k = 0; k < 4; k++)
                if (has(names[k]))
                    i.a = k;
            count(o, 5, 5);
            Raw first = o[0];
            first.form = Raw::Name;
            dest(destination(first, Type::B32));
            if (o[0].form == Raw::Pair) {
                Raw second;
                second.name = o[0].second;
                pred_dest(predicate(second, true));
            }
            for (size_t k = 1; k < 5; k++)
                source(value(o[k], Type::B32));
            i.run = shuffle_handler();
            return;
        } else if (op == "vote") {
            if (!has("sync"))
                unknown();
            allow({"sync", "all", "any", "uni", "ballot"});
            count(o, 3, 3);
            i.a = has("all") ? 0 : has("any") ? 1 : 2;
            if (has("ballot"))
                dest(destination(o[0], Type::B32));
            else
                pred_dest(predicate(o[0], true));
            pred(predicate(o[1]));
            source(value(o[2], Type::B32));
            i.run = has("ballot") ? ballot_handler() : vote_handler();
            return;
        } else if (op == "activemask") {
            count(o, 1, 1);
            dest(destination(o[0], Type::B32));
            i.run = active_mask_handler();
            return;
        } else if (op == "redux") {
            static const char *names[] = {"add", "min", "max", "and", "or", "xor"};
            allow({"sync", "add", "min", "max", "and", "or", "xor"});
            for (uint8_t k = 0; k < 6; k++)
                if (has(names[k]))
                    i.a = k;
            count(o, 3, 3);
            dest(destination(o[0], Type::B32));
            source(value(o[1], Type::B32));
            source(value(o[2], Type::B32));
            i.run = reduce_handler();
            return;
        } else if (op == "cp") {
            if (parts.size() < 3 || parts[1] != "async")
                unknown();
            if (has("commit_group")) {
                count(o, 0, 0);
                i.run = commit_handler();
                return;
            }
            if (has("wait_group") || has("wait_all")) {
                bool all = has("wait_all");
                count(o, all ? 0 : 1, all ? 0 : 1);
                i.offset = all ? -1 : (int64_t)number_bits(o[0], Type::U32);
                i.run = wait_handler();
                return;
            }
            allow({"async", "ca", "cg", "shared", "shared::cta", "global", "L2::64B", "L2::128B", "L2::256B"});
            if (!(has("ca") || has("cg")) || !(has("shared") || has("shared::cta")) || !has("global"))
                unknown();
            count(o, 3, 4);
            i.size = (uint8_t)number_bits(o[2], Type::U32);
            if (i.size != 16 && (has("cg") || (i.size != 4 && i.size != 8)))
                fail("cp.async of a size that is not allowed");
            source(base(o[0], Space::Shared, i.offset));
            source(base(o[1], Space::Global, i.offset2));
            if (o.size() > 3)
                source(value(o[3], Type::U32));
            i.run = copy_handler();
            return;
        } else if (op == "ldmatrix") {
            allow({"sync", "aligned", "m8n8", "x1", "x2", "x4", "trans", "shared", "shared::cta"});
            if (!has("m8n8") || !has("sync") || !has("aligned") || i.type != Type::B16)
                unknown();
            i.vector = has("x4") ? 4 : has("x2") ? 2 : 1;
            i.flag = has("trans");
            count(o, 2, 2);
            std::vector<Raw> to = o[0].form == Raw::Vector ? o[0].parts : std::vector<Raw>{o[0]};
            if ((int)to.size() != i.vector)
                fail("as many registers as matrices are expected");
            for (const Raw &raw : to)
                dest(destination(raw, Type::B32));
            source(base(o[1], Space::Shared, i.offset));
            i.run = load_matrix_handler();
            return;
        } else if (op == "mma") {
            std::string shape;
            for (const std::string &p : parts)
                if (p.size() > 1 && p[0] == 'm' && std::isdigit((unsigned char)p[1]))
                    shape = p;
            allow({"sync", "aligned", "row", "col", shape.c_str()});
            if (types.size() != 4 || types[0] != Type::F32 || types[3] != Type::F32 || types[1] != types[2] || word.find(".row.col.") == std::string::npos)
                unknown();
            i.from = types[1];
            i.a = (shape == "m16n8k8") ? 8 : shape == "m16n8k4" ? 4 : shape == "m16n8k16" ? 16 : 0;
            bool tf32 = i.from == Type::TF32;
            if (!(tf32 || i.from == Type::BF16 || i.from == Type::F16) || !(i.a == 8 || i.a == (tf32 ? 4 : 16)))
                unknown();
            size_t a = tf32 ? i.a / 2 : i.a / 4;
            const size_t sizes[] = {4, a, a / 2, 4};
            count(o, 4, 4);
            for (int k = 0; k < 4; k++) {
                std::vector<Raw> of = o[k].form == Raw::Vector ? o[k].parts : std::vector<Raw>{o[k]};
                if (of.size() != sizes[k])
                    fail(format("operand %d has %zu registers, not %zu", k + 1, of.size(), sizes[k]));
                for (const Raw &raw : of) {
                    if (k == 0)
                        dest(destination(raw, Type::B32));
                    else
                        source(value(raw, k == 3 ? Type::F32 : Type::B32));
                }
            }
            i.run = mma_handler();
            return;
        } else {
            static const std::map<std::string, int> operands = {
                {"add", 2}, {"sub", 2}, {"mul", 2}, {"div", 2}, {"rem", 2}, {"min", 2}, {"max", 2}, {"and", 2}, {"or", 2}, {"xor", 2}, {"shl", 2}, {"shr", 2}, {"copysign", 2},
                {"mad", 3}, {"fma", 3}, {"sad", 3}, {"bfe", 3}, {"bfi", 4}, {"shf", 3}, {"prmt", 3}, {"lop3", 4},
                {"abs", 1}, {"neg", 1}, {"not", 1}, {"cnot", 1}, {"popc", 1}, {"clz", 1}, {"bfind", 1}, {"brev", 1}, {"rcp", 1}, {"sqrt", 1}, {"rsqrt", 1},
                {"sin", 1}, {"cos", 1}, {"ex2", 1}, {"lg2", 1}, {"tanh", 1}, {"testp", 1}};
            auto found = operands.find(op);
            if (found == operands.end())
                unknown();
            allow({"rn", "rz", "rm", "rp", "ftz", "sat", "approx", "full", "lo", "hi", "wide", "l", "r", "clamp", "wrap", "relu", "NaN", "finite", "infinite", "number", "notanumber", "normal", "subnormal"});
            if (i.type == Type::None || size_of(i.type) < 2)
                unknown();
            // What needs a rounding or an approximation named has none without.
            if ((op == "fma" || (is_float(i.type) && (op == "mad" || op == "div" || op == "rcp" || op == "sqrt"))) && i.rounding == Rounding::None && !has("approx") && !has("full"))
                fail(word + " names no rounding");
            size_t n = (size_t)found->second;
            count(o, n + 1, n + 1);
            Type result = has("wide") ? (size_of(i.type) == 2 ? Type::B32 : Type::B64) : op == "popc" || op == "clz" || op == "bfind" ? Type::U32 : i.type;
            if (op == "testp")
                pred_dest(predicate(o[0], true));
            else
                dest(destination(o[0], result));
            for (size_t k = 1; k <= n; k++) {
                Type type = i.type;
                if ((op == "shl" || op == "shr") && k == 2) type = Type::U32;
                if (op == "bfe" && k >= 2) type = Type::U32;
                if (op == "bfi" && k >= 3) type = Type::U32;
                if (op == "mad" && k == 3) type = result;
                if (op == "lop3" && k == 4 && o[k].form != Raw::Number) fail("lop3's table must be a number");
                source(value(o[k], type));
            }
            if (i.type == Type::F32 && i.rounding == Rounding::None && !i.saturate && !i.flush)
                i.fusable = op == "mul" ? 1 : op == "add" ? 2 : op == "sub" ? 3 : 0;
        }
        std::string why;
        i.run = arithmetic(i, parts, why);
        if (!i.run)
            fail(why == "unknown" ? "unknown instruction " + word : word + ": " + why);
    }

    static constexpr const char *load_words[] = {
        "weak", "relaxed", "acquire", "release", "volatile", "cta", "gpu", "sys", "ca", "cg", "cs", "lu", "cv", "wb", "wt", "nc", "L2::64B", "L2::128B", "L2::256B",
        "L1::evict_normal", "L1::evict_unchanged", "L1::evict_first", "L1::evict_last", "L1::no_allocate"};

    void finish() {
        std::vector<Inst> &code = kernel->code;
        Inst end; // labels at the end have a place to lead to
        end.kind = Kind::Exit;
        end.line = (uint32_t)last_line;
        code.push_back(std::move(end));
        for (const Fixup &f : fixups) {
            Inst &i = code[f.instruction];
            Symbol *symbol = find(f.label, f.scope);
            last_line = f.line;
            if (!symbol || symbol->what != (f.table ? What::Table : What::Label))
                fail("there is no label " + f.label);
            if (!f.table) {
                i.target = symbol->index;
                continue;
            }
            for (const std::string &name : symbol->table) {
                Symbol *label = find(name, f.scope);
                if (!label || label->what != What::Label)
                    fail("there is no label " + name);
                i.targets.push_back(label->index);
            }
        }
        kernel->shared_bytes = shared_end;
        for (const Range &r : kernel->shared)
            kernel->declared_shared += r.end - r.begin;
        if (kernel->declared_shared > MostDeclaredShared)
            fail(format("%s declares %llu bytes of shared memory, more than 48 KiB", kernel->name.c_str(), (unsigned long long)kernel->declared_shared));
        kernel->dynamic_at = (shared_end + 127) & ~127ull;
        for (Constant &c : kernel->constants)
            if (c.dynamic_shared)
                c.value += kernel->dynamic_at;
        meeting_points();
        if (contracts())
            contract();
    }

    // Where threads that part at a branch meet again: its block's immediate post-dominator (Cooper, Harvey and Kennedy, "A
    // simple, fast dominance algorithm", on the graph with its edges turned round).
    void meeting_points() {
        std::vector<Inst> &code = kernel->code;
        int n = (int)code.size();
        if (n == 0)
            return;
        code[0].leader = true;
        auto lead = [&](int k) {
            if (k < n)
                code[k].leader = true;
        };
        for (int k = 0; k < n; k++) {
            if (code[k].kind == Kind::Branch)
                lead(code[k].target), lead(k + 1);
            else if (code[k].kind == Kind::Indexed) {
                for (int t : code[k].targets)
                    lead(t);
                lead(k + 1);
            } else if (code[k].kind == Kind::Exit)
                lead(k + 1);
        }
        std::vector<int> begin, block(n + 1);
        for (int k = 0; k < n; k++) {
            if (code[k].leader)
                begin.push_back(k);
            block[k] = (int)begin.size() - 1;
        }
        int blocks = (int)begin.size(), exit = blocks;
        block[n] = exit;
        std::vector<std::vector<int>> to(blocks + 1), from(blocks + 1);
        for (int b = 0; b < blocks; b++) {
            int last = (b + 1 < blocks ? begin[b + 1] : n) - 1;
            const Inst &i = code[last];
            if (i.kind == Kind::Branch) {
                to[b].push_back(block[i.target]);
                if (i.guard >= 0)
                    to[b].push_back(block[last + 1]);
            } else if (i.kind == Kind::Indexed) {
                for (int t : i.targets)
                    to[b].push_back(block[t]);
                if (i.guard >= 0)
                    to[b].push_back(block[last + 1]);
            } else if (i.kind == Kind::Exit) {
                to[b].push_back(exit);
                if (i.guard >= 0)
                    to[b].push_back(block[last + 1]);
            } else
                to[b].push_back(block[last + 1]);
            for (int t : to[b])
                from[t].push_back(b);
        }
        // Numbers in postorder of the turned graph, from the exit.
        std::vector<int> number(blocks + 1, -1), order, dominator(blocks + 1, -1);
        std::vector<std::pair<int, size_t>> stack = {{exit, 0}};
        std::vector<bool> seen(blocks + 1, false);
        seen[exit] = true;
        while (!stack.empty()) {
            auto &[b, k] = stack.back();
            if (k < from[b].size()) {
                int p = from[b][k++];
                if (!seen[p]) {
                    seen[p] = true;
                    stack.push_back({p, 0});
                }
            } else {
                number[b] = (int)order.size();
                order.push_back(b);
                stack.pop_back();
            }
        }
        dominator[exit] = exit;
        for (bool changed = true; changed;) {
            changed = false;
            for (int k = (int)order.size() - 2; k >= 0; k--) {
                int b = order[k], best = -1;
                for (int t : to[b]) {
                    if (dominator[t] < 0)
                        continue;
                    if (best < 0)
                        best = t;
                    else {
                        int x = t, y = best;
                        while (x != y) {
                            while (number[x] < number[y])
                                x = dominator[x];
                            while (number[y] < number[x])
                                y = dominator[y];
                        }
                        best = x;
                    }
                }
                if (best != dominator[b]) {
                    dominator[b] = best;
                    changed = true;
                }
            }
        }
        for (int k = 0; k < n; k++)
            if (code[k].kind == Kind::Branch || code[k].kind == Kind::Indexed) {
                int d = dominator[block[k]];
                code[k].reconverge = d < 0 || d == exit ? -1 : begin[d];
            }
    }

    // A product and the one sum that uses it, in one stretch of code, become an fma: what the assembler may do without .rn.
    void contract() {
        std::vector<Inst> &code = kernel->code;
        std::vector<int> reads(kernel->init_count), writes(kernel->init_count);
        for (const Inst &i : code) {
            for (int s = 0; s < i.sources; s++)
                reads[i.s[s].init]++;
            for (int d = 0; d < i.destinations; d++)
                writes[i.d[d].init]++;
        }
        for (size_t k = 0; k < code.size(); k++) {
            Inst &product = code[k];
            uint32_t result = product.fusable == 1 ? product.d[0].init : 0;
            if (result == 0 || product.guard >= 0 || writes[result] != 1 || reads[result] != 1)
                continue;
            for (size_t u = k + 1; u < code.size() && !code[u].leader; u++) {
                Inst &sum = code[u];
                bool left = sum.sources > 0 && sum.s[0].init == result, right = sum.sources > 1 && sum.s[1].init == result;
                if (left || right) {
                    if (sum.fusable >= 2 && sum.guard < 0) {
                        Operand other = sum.s[left ? 1 : 0];
                        sum.run = fused(sum.fusable == 2 ? 0 : left ? 1 : 2);
                        sum.s[0] = product.s[0];
                        sum.s[1] = product.s[1];
                        sum.s[2] = other;
                        sum.sources = 3;
                        sum.fusable = 0;
                        product.run = [](Context &, const Inst &, uint32_t) {};
                    }
                    break;
                }
                bool changes = false;
                for (int d = 0; d < sum.destinations; d++)
                    changes |= sum.d[d].init != 0 && (sum.d[d].init == product.s[0].init || sum.d[d].init == product.s[1].init);
                if (changes || sum.kind != Kind::Plain)
                    break;
            }
        }
    }
};

} // namespace

void parse(Module &module) { Parser(module).parse_module(); }

} // namespace ptx
