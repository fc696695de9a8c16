import ServiceRuntime

@main struct Lode {
    static func main() async {}
}
