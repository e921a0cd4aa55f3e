import ClusterModel
import Registry

// Requests that change objects, one function for each pair of method and route.

extension APIHandler {
  func write(_ request: APIRequest, _ route: APIRoute) throws(RegistryError) -> APIReply {
    switch (request.method, route) {
    default: throw .methodNotAllowed
    }
  }
}
