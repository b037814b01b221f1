// A member of a settings struct, without its type: how the text of an option's value gets into it, and out of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <typeindex>

#include "host/io/names.hpp"

namespace modecollapse {

// A number as an option's text, which reads back as the same: "0.05", "1000000".
std::string text_of_number(double number);

struct SettingsMember {
    std::type_index owner = typeid(void);  // void: there is none
    bool whole = false;
    std::function<void(void* owner, const std::string& text, double number)> put;  // number: of a text that is one
    std::function<std::string(const void* owner)> text;                            // empty: an optional without a value
    std::string standard;  // text of the member of a default-constructed owner
};

namespace detail {

template <class Owner>
auto& walk(Owner& owner) {
    return owner;
}
template <class Owner, class First, class... Rest>
auto& walk(Owner& owner, First first, Rest... rest) {
    return walk(owner.*first, rest...);
}

template <class T>
struct PathOwner;
template <class Owner, class T>
struct PathOwner<T Owner::*> {
    using type = Owner;
};

template <class T>
struct Value {
    static constexpr bool whole = std::is_integral_v<T>;
    static void put(T& value, const std::string&, double number) { value = static_cast<T>(number); }
    static std::string text(const T& value) { return text_of_number(static_cast<double>(value)); }
};
template <>
struct Value<std::string> {
    static constexpr bool whole = false;
    static void put(std::string& value, const std::string& text, double) { value = text; }
    static std::string text(const std::string& value) { return value; }
};
template <class T>
struct Value<std::optional<T>> {
    static constexpr bool whole = Value<T>::whole;
    static void put(std::optional<T>& value, const std::string& text, double number) {
        Value<T>::put(value.emplace(), text, number);
    }
    static std::string text(const std::optional<T>& value) { return value ? Value<T>::text(*value) : std::string(); }
};

}  // namespace detail

// The member at the end of a path of member pointers: (&Run::settings, &Settings::tolerance).
template <class First, class... Rest>
SettingsMember settings_member(First first, Rest... rest) {
    using Owner = typename detail::PathOwner<First>::type;
    using Type = std::decay_t<decltype(detail::walk(std::declval<Owner&>(), first, rest...))>;
    SettingsMember member;
    member.owner = typeid(Owner);
    member.whole = detail::Value<Type>::whole;
    member.put = [=](void* owner, const std::string& text, double number) {
        detail::Value<Type>::put(detail::walk(*static_cast<Owner*>(owner), first, rest...), text, number);
    };
    member.text = [=](const void* owner) {
        return detail::Value<Type>::text(detail::walk(*static_cast<const Owner*>(owner), first, rest...));
    };
    const Owner standard = {};
    member.standard = member.text(&standard);
    return member;
}

// The same of an enumeration, by the array of names beside it.
template <std::size_t count, class First, class... Rest>
SettingsMember named_member(const char* const (&names)[count], First first, Rest... rest) {
    using Owner = typename detail::PathOwner<First>::type;
    using Enum = std::decay_t<decltype(detail::walk(std::declval<Owner&>(), first, rest...))>;
    SettingsMember member;
    member.owner = typeid(Owner);
    member.put = [=, &names](void* owner, const std::string& text, double) {
        detail::walk(*static_cast<Owner*>(owner), first, rest...) = named<Enum>(names, text);
    };
    member.text = [=, &names](const void* owner) -> std::string {
        return names[static_cast<int>(detail::walk(*static_cast<const Owner*>(owner), first, rest...))];
    };
    const Owner standard = {};
    member.standard = member.text(&standard);
    return member;
}

}  // namespace modecollapse
